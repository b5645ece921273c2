import type { DataType, Dim } from '@onnx-compress/graph';

/** Where onnxruntime runs: a thread of this process, or a process of its own that may die without harm. */
export type HostTransport = 'worker' | 'process';

/** A file that a model given as bytes refers to; `path` is the location written in the model. */
export interface ExternalFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** A model file, with external data beside it, or a model in memory. A path needs less memory than bytes. */
export type ModelLocation =
  | { readonly path: string }
  | { readonly bytes: Uint8Array; readonly external?: readonly ExternalFile[] };

/** How much onnxruntime may rewrite the graph before it runs it. */
export type OptimizationLevel = 'disabled' | 'basic' | 'extended' | 'all';

/** How a session is created. */
export interface SessionOptions {
  /** Default `all`, as in onnxruntime. */
  readonly optimization?: OptimizationLevel;
  /** Threads inside one operator; default: one per core, onnxruntime's choice. */
  readonly threads?: number;
  /** Lets idle threads spin. Default false: spinning threads slow down every other session of the machine. */
  readonly spinning?: boolean;
  /**
   * Lets onnxruntime set aside one block for all activations once it has seen their sizes. Default true: repeated runs
   * are faster, and take more memory.
   */
  readonly memoryPattern?: boolean;
  /** onnxruntime session configuration entries, e.g. `{ 'session.disable_quant_qdq': '1' }`. */
  readonly config?: Readonly<Record<string, string>>;
  /** Begins onnxruntime's profile, which `endProfiling` writes to `<prefix>_<date>.json`. */
  readonly profilePrefix?: string;
  /** Where onnxruntime writes the graph that it really runs; it fits this processor only. */
  readonly optimizedModelPath?: string;
  /** Stops the loading. */
  readonly signal?: AbortSignal;
}

/** Tensors whose elements are bytes, packed as ONNX `raw_data`: little-endian, float16 in 2 bytes, bool in 1. */
export interface BytesTensor {
  readonly dataType: Exclude<DataType, 'string'>;
  readonly dims: readonly number[];
  readonly bytes: Uint8Array;
}

/** A tensor of strings. */
export interface StringTensor {
  readonly dataType: 'string';
  readonly dims: readonly number[];
  readonly strings: readonly string[];
}

/** A tensor as it crosses threads and processes: plain data. See `toHostTensor` and `fromHostTensor`. */
export type HostTensor = BytesTensor | StringTensor;

/** One input or output of a session, as onnxruntime sees it. */
export interface SessionValue {
  readonly name: string;
  /** Undefined for sequences, maps and optionals. */
  readonly dataType: DataType | undefined;
  /**
   * Symbolic dimensions keep their name; unknown ones are undefined. Empty for a scalar, and also where not even the
   * rank is known, which onnxruntime does not tell apart.
   */
  readonly dims: readonly Dim[] | undefined;
  /** False where reading it from Node.js is impossible or would end the process, e.g. int4 and bfloat16. */
  readonly transferable: boolean;
}

/** What one run may be told. */
export interface RunOptions {
  /** Names of the outputs to return; default: all transferable ones. */
  readonly fetches?: readonly string[];
  /** Fires during the run: the worker or process is ended, and with it all sessions of the host. */
  readonly signal?: AbortSignal;
}

/** A loaded model. Usable until `release`, the host's `close`, a crash or an abort during a run. */
export interface HostedSession {
  readonly inputs: readonly SessionValue[];
  readonly outputs: readonly SessionValue[];
  /** Names of outputs that runs leave out, because their type cannot be read from Node.js. */
  readonly unfetchable: readonly string[];
  /**
   * Runs the model once.
   * @throws HostError when onnxruntime refuses the inputs or fails, or when its process dies
   * @throws CancelledError when the signal fires
   */
  run(feeds: ReadonlyMap<string, HostTensor>, options?: RunOptions): Promise<ReadonlyMap<string, HostTensor>>;
  /**
   * Ends the profile that `profilePrefix` began; its file is complete then.
   * @throws HostError when onnxruntime cannot, or when its process dies
   * @throws CancelledError when the signal fires
   */
  endProfiling(signal?: AbortSignal): Promise<void>;
  /** Gives the memory of the session back; harmless when repeated, or after the host died. */
  release(): Promise<void>;
}

/** onnxruntime off the main thread. It starts with the first `open`, and again with the first one after a crash. */
export interface Host {
  readonly transport: HostTransport;
  /**
   * Loads a model.
   * @throws HostError when onnxruntime cannot load it
   * @throws CancelledError when the signal fires
   */
  open(model: ModelLocation, options?: SessionOptions): Promise<HostedSession>;
  /** Ends the worker or process with all its sessions; harmless when repeated. A later `open` starts a new one. */
  close(): Promise<void>;
}
