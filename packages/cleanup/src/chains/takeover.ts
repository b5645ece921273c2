import type { Node } from '@onnx-compress/graph';
import type { WeightChange } from '../affine/layer-side.js';

/** The layers that take a map over, and how. */
export interface Takeover {
  readonly layers: readonly Node[];
  readonly changes: readonly WeightChange[];
}
