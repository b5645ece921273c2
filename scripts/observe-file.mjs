// node scripts/observe-file.mjs <model.onnx> <samples.npy> <method> <result.json>: observes the ranges behind all
// Relu and Concat nodes on one thread, and writes how long that took; method "plain" runs the samples twice instead.
import { writeFileSync } from 'node:fs';
import { openModel } from '@onnx-compress/graph/node';
import { observeRanges } from '@onnx-compress/quantization';
import {
  createHost,
  createSampleRuns,
  createShapeInference,
  inputSpecs,
  openCalibration,
} from '@onnx-compress/runtime';

const OBSERVED = ['Relu', 'Concat'];

const [path, samples, method, result] = process.argv.slice(2);
const model = await openModel(path);
const host = createHost('process');
const { signal } = new AbortController();
const calibration = await openCalibration([samples], inputSpecs(model));
const runs = createSampleRuns(host, { threads: 1 });
const context = { runs, calibration, shapes: createShapeInference(host), dims: new Map(), signal, progress: () => {} };

/** A class for each Relu, and one for each Concat with what it joins. */
function classesOf({ graph }) {
  const nodes = graph.nodes.filter(({ opType }) => OBSERVED.includes(opType));
  const joined = new Set(nodes.filter(({ opType }) => opType === 'Concat').flatMap(({ inputs }) => inputs));
  const alone = nodes.filter(({ outputs }) => !joined.has(outputs[0]));
  return alone.map(({ opType, inputs, outputs }) => ({
    values: opType === 'Concat' ? [...inputs, outputs[0]] : [outputs[0]],
    mayClip: true,
  }));
}

async function runTwice() {
  for (let pass = 0; pass < 2; pass++) await runs.run(model, calibration.samples(), () => {}, signal);
}

const started = performance.now();
if (method === 'plain') await runTwice();
else await observeRanges(model, classesOf(model), { kind: method, percentile: 99.99 }, context);
writeFileSync(result, JSON.stringify({ seconds: (performance.now() - started) / 1000 }));
await host.close();
