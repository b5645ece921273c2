// The nodes that onnxruntime runs for a model, in order, with the least time of each over many runs, one thread.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modelBytes } from '@onnx-compress/graph';
import * as ort from 'onnxruntime-node';

const WARM_UP = 3;

/** [{ operator, microseconds }] in the order of execution. */
export async function nodeTimes(model, feeds, runs = 30) {
  const folder = mkdtempSync(join(tmpdir(), 'onnx-compress-bench-'));
  try {
    const options = { intraOpNumThreads: 1, logSeverityLevel: 3, enableProfiling: true };
    const profileFilePrefix = join(folder, 'profile');
    const session = await ort.InferenceSession.create(await modelBytes(model), { ...options, profileFilePrefix });
    for (let run = 0; run < WARM_UP + runs; run++) await session.run(feeds);
    session.endProfiling();
    await session.release();
    const [file] = readdirSync(folder);
    return leastTimes(JSON.parse(readFileSync(join(folder, file), 'utf8')), WARM_UP + runs);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function leastTimes(events, runs) {
  const kernels = events.filter(({ cat, name }) => cat === 'Node' && name.endsWith('_kernel_time'));
  const count = kernels.length / runs;
  const nodes = kernels.slice(0, count).map(({ args }) => ({ operator: args.op_name, microseconds: Infinity }));
  for (const [index, { dur }] of kernels.entries()) {
    const node = nodes[index % count];
    node.microseconds = Math.min(node.microseconds, dur);
  }
  return nodes;
}

/** A float32 tensor of ordinary numbers. */
export function feed(dims) {
  const count = dims.reduce((product, size) => product * size, 1);
  return new ort.Tensor(
    'float32',
    Float32Array.from({ length: count }, (_, index) => Math.sin(index) * 2),
    dims,
  );
}
