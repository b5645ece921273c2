import type { Model } from '@onnx-compress/graph';
import type { ModelLocation } from '@onnx-compress/runtime';
import type { InputRecord } from '../report/report.js';

/** The original of a run: as a graph, as something onnxruntime can load, and as a report describes it. */
export interface Source {
  readonly model: Model;
  readonly location: ModelLocation;
  readonly record: InputRecord;
}
