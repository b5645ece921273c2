/** Time of one node of the model as it was written, summed over what onnxruntime made of it. */
export interface LayerTime {
  /** Label of the node in the model. */
  readonly node: string;
  readonly opType: string;
  /** Mean milliseconds of one inference; 0 where the node was folded away or fused into another. */
  readonly timeMs: number;
  /** Labels of nodes that onnxruntime runs together with this one, whose time is counted here. */
  readonly fused: readonly string[];
}

/** Time of a kernel that no node of the model stands for, such as a layout conversion. */
export interface AddedTime {
  readonly opType: string;
  readonly timeMs: number;
}

/** Where the time of one inference goes. */
export interface LayerProfile {
  readonly layers: readonly LayerTime[];
  readonly added: readonly AddedTime[];
  /** Mean milliseconds of one inference with profiling on; the rest besides the kernels is onnxruntime itself. */
  readonly totalMs: number;
  readonly inferences: number;
}
