/** One record of a profile; times in microseconds. */
export interface ProfileEvent {
  /** `graph` is one pass through the main graph or a subgraph. */
  readonly kind: 'kernel' | 'graph' | 'inference';
  /** Name of the node as onnxruntime runs it; empty for what is no kernel. */
  readonly name: string;
  readonly opType: string;
  readonly start: number;
  readonly duration: number;
}

/** onnxruntime escapes neither quotes nor backslashes in names, so a line need not be JSON. */
const RECORD = /"dur" ?: ?(\d+),"ts" ?: ?(\d+),.*?"name" ?: ?"(.*)","args" ?: ?\{(.*)\}/;
const OPERATOR = /"op_name" ?: ?"([^"]*)"/;
const KERNEL = '_kernel_time';

/** The event that a line of onnxruntime's profile holds; undefined for other lines and events. */
export function parseEvent(line: string): ProfileEvent | undefined {
  const [, duration, start, name = '', details = ''] = RECORD.exec(line) ?? [];
  const times = { start: Number(start), duration: Number(duration) };
  if (name === 'model_run') return { kind: 'inference', name: '', opType: '', ...times };
  if (name === 'SequentialExecutor::Execute') return { kind: 'graph', name: '', opType: '', ...times };
  if (!name.endsWith(KERNEL)) return undefined;
  const opType = OPERATOR.exec(details)?.[1] ?? '';
  return { kind: 'kernel', name: name.slice(0, -KERNEL.length), opType, ...times };
}
