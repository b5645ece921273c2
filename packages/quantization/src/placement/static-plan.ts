import type { Skip } from '@onnx-compress/core';
import type { Node, Value } from '@onnx-compress/graph';

/** Values that share a scale, because an operator between them only moves numbers, or joins them. */
export interface ScaleClass {
  readonly values: readonly Value[];
  /** False where nothing may be clipped: near the outputs, rare large values are what counts. */
  readonly mayClip: boolean;
}

/** What is computed on integers with scales that are known beforehand. */
export interface StaticPlan {
  /**
   * Nodes that run on integers: layers with weights and what lies between them. An activation function belongs to them
   * where the range of the quantized value behind it does its work.
   */
  readonly nodes: ReadonlySet<Node>;
  /** Every value that is quantized, in one class. */
  readonly classes: readonly ScaleClass[];
  /** Layers that compute in floats, and why. */
  readonly skipped: readonly Skip[];
}
