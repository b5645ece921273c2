import { present } from '@onnx-compress/graph';
import { median } from '@onnx-compress/math';
import type { TimedBlock } from '../host/timing-contract.js';
import type { RunRecord } from './run.js';

/** CPU time of one inference of a block, in milliseconds. */
export const cpuOf = ({ cpuMs, latencies }: TimedBlock): number => cpuMs / latencies.length;

/** Typical wall time of one inference of a block, in milliseconds. */
export const latencyOf = ({ latencies }: TimedBlock): number => median(latencies);

/** Ratio before / after of one run: the median over its rounds. */
export function runRatio(before: RunRecord, after: RunRecord, metric: (block: TimedBlock) => number): number {
  const logs = before.blocks.map((block, round) =>
    Math.log(metric(block) / metric(present(after.blocks[round], 'block'))),
  );
  return Math.exp(median(logs));
}
