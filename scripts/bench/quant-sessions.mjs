// Sessions of one thread, two of them timed in turn, and a copy of a model that also gives the scores before its Softmax.
import { openModel, writeModel } from '@onnx-compress/graph/node';
import ort from 'onnxruntime-node';
import { median } from './processes.mjs';

/** Length of one uninterrupted block of inferences, and of the warm-up, in milliseconds. */
const BLOCK_MS = 6;
const WARM_UP_MS = 150;

/** A session of one thread that does not spin. */
export function openSession(model) {
  const extra = { session: { intra_op: { allow_spinning: '0' } } };
  const options = { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3, extra };
  return ort.InferenceSession.create(model, options);
}

/** Runs `use` with sessions of the models, which are released afterwards. */
export async function withSessions(models, use) {
  const sessions = [];
  try {
    for (const model of models) sessions.push(await openSession(model));
    return await use(...sessions);
  } finally {
    for (const session of sessions) await session.release();
  }
}

async function callMs(session, feeds) {
  const started = performance.now();
  await session.run(feeds);
  return performance.now() - started;
}

async function warmUp(session, feeds) {
  const end = performance.now() + WARM_UP_MS;
  const times = [await callMs(session, feeds), await callMs(session, feeds)];
  while (performance.now() < end) times.push(await callMs(session, feeds));
  return Math.max(1, Math.ceil(BLOCK_MS / Math.min(...times)));
}

async function block({ session, calls }, feeds) {
  const times = [];
  const cpu = process.cpuUsage();
  for (let call = 0; call < calls; call++) times.push(await callMs(session, feeds));
  const { user, system } = process.cpuUsage(cpu);
  return { times, cpu: (user + system) / calls };
}

/**
 * Times two models in alternating blocks in this process, after a warm-up.
 *
 * @returns milliseconds of one inference, and ratios after / before: the median over pairs of neighbouring blocks,
 * the same of CPU time, and that of the least times
 */
export function timedInTurn(before, after, feeds, { seconds = 2, rounds = 12 } = {}) {
  return withSessions([before, after], async (...sessions) => {
    const sides = [];
    for (const session of sessions) sides.push({ session, calls: await warmUp(session, feeds), blocks: [] });
    const end = performance.now() + 1000 * seconds;
    for (let round = 0; round < rounds || performance.now() < end; round++) {
      for (const side of round % 2 === 0 ? sides : [...sides].reverse()) side.blocks.push(await block(side, feeds));
    }
    const [from, to] = sides.map(({ blocks }) => blocks.map(({ times }) => median(times)));
    const [fromCpu, toCpu] = sides.map(({ blocks }) => blocks.map(({ cpu }) => cpu));
    const [fromLeast, toLeast] = sides.map(({ blocks }) => Math.min(...blocks.flatMap(({ times }) => times)));
    return {
      ...{ beforeMs: median(from), afterMs: median(to) },
      ratio: median(to.map((value, round) => value / from[round])),
      timeCpuRatio: median(toCpu.map((value, round) => value / fromCpu[round])),
      leastRatio: toLeast / fromLeast,
    };
  });
}

/** The node that gives a value, seen through nodes that only change its shape. */
function producerOf(value) {
  const node = value.producer;
  return node !== undefined && ['Reshape', 'Flatten', 'Squeeze', 'DequantizeLinear'].includes(node.opType)
    ? producerOf(node.input(0))
    : node;
}

/** Writes a copy of a classifier that has one output more, the last one: what its last Softmax reads. */
export async function exposeScores(model, copy) {
  const opened = await openModel(model);
  try {
    const softmax = producerOf(opened.graph.outputs[0]);
    if (softmax?.opType !== 'Softmax') throw new Error(`${model} does not end in a Softmax`);
    opened.graph.addOutput(softmax.input(0), { dataType: 'float32' });
    await writeModel(opened, copy);
  } finally {
    await opened.close();
  }
}
