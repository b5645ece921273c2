import type { Context, LayerRepair, Matrix } from '@onnx-compress/core';
import { present } from '@onnx-compress/graph';
import { fitLayer } from './least-squares/fit-layer.js';
import type { LayerProblem } from './least-squares/layer-problem.js';
import type { ModelPair } from './model-pair.js';
import * as reasons from './reasons.js';
import type { RowSampling } from './rows/wanted.js';
import { inChunks } from './sequence/chunks.js';
import { writeEffective } from './sequence/effective-layer.js';
import { inputBytes, problemsOf, targetBytes, targetRows, type WantedRows, wantedRows } from './sequence/layer-rows.js';
import { type LayerTask, tasksIn, type Unrepairable } from './sequence/layer-task.js';
import { nodesBehind } from './sequence/partial-model.js';
import { Resumption, resumptionCosts } from './sequence/resumption.js';
import { sampleDims } from './sequence/sample-dims.js';
import { usedSamples } from './sequence/used-samples.js';
import { wavesOf } from './sequence/waves.js';

/** Memory for the rows of layers that are repaired together, and for what the original computes there, in bytes. */
const ROW_BYTES = 192 * 2 ** 20;
const TARGET_BYTES = 96 * 2 ** 20;

/** The part of its error that a layer must lose at least, or it stays as it is. */
const LEAST_GAIN = 0.005;

/** An error of rounding. */
const NEGLIGIBLE = 1e-9;

/** What a repair runs with. */
interface Work extends Pick<Context, 'gemm' | 'signal'> {
  readonly pair: ModelPair;
  readonly sampling: RowSampling & { readonly fittedPart: number };
  readonly samples: number;
  readonly resumption: Resumption;
}

async function repairLayer(task: LayerTask, problem: LayerProblem, work: Work): Promise<LayerRepair> {
  const repair = { node: task.layer.node.label, method: 'least-squares' as const };
  const fit = await fitLayer(problem, work);
  if (fit === undefined) return { ...repair, reason: reasons.nothingToFit() };
  const { errorBefore, errorAfter } = fit;
  const gains = errorBefore > NEGLIGIBLE && errorAfter < errorBefore * (1 - LEAST_GAIN);
  if (!gains) return { ...repair, errorBefore, errorAfter: errorBefore, reason: reasons.noGain() };
  await writeEffective(task, fit.weights, fit.bias);
  return { ...repair, errorBefore, errorAfter };
}

/** Repairs layers of which none is fed by another. */
async function repairWave(
  wave: readonly WantedRows[],
  targets: ReadonlyMap<LayerTask, Matrix>,
  work: Work,
): Promise<readonly LayerRepair[]> {
  const repairs: LayerRepair[] = [];
  const { resumption, sampling, samples } = work;
  for (const part of inChunks(wave, (one) => inputBytes(one, samples), ROW_BYTES)) {
    const resumed = { ...sampling, calibration: resumption.calibration };
    const problems = await problemsOf(resumption.rest(), part, targets, resumed);
    for (const [index, { task }] of part.entries()) {
      repairs.push(await repairLayer(task, present(problems[index], 'problem'), work));
    }
  }
  return repairs;
}

const isTask = (task: LayerTask | Unrepairable): task is LayerTask => 'layer' in task;

/** Repairs waves from front to back. */
async function repairWaves(waves: readonly (readonly WantedRows[])[], work: Work, done: (repair: LayerRepair) => void) {
  const { pair, sampling, samples, resumption } = work;
  const bytes = (wave: readonly WantedRows[]) => wave.reduce((sum, one) => sum + targetBytes(one, samples), 0);
  let left = waves.flat();
  for (const chunk of inChunks(waves, bytes, TARGET_BYTES)) {
    const targets = await targetRows(pair.original, chunk.flat(), sampling);
    for (const wave of chunk) {
      await resumption.advance(
        nodesBehind(
          pair.changed,
          left.map(({ task }) => task.layer.node),
        ),
      );
      for (const repair of await repairWave(wave, targets, work)) done(repair);
      left = left.slice(wave.length);
    }
  }
}

/**
 * Repairs a changed model from samples, in place: from front to back, every layer that is fed with other values than in
 * the original gets the weights with which it computes what it did there as nearly as possible. Behind a sum the layer
 * makes up for the other operand as well. A layer whose error on held-out samples does not fall stays as it is.
 *
 * @throws CancelledError when the signal fires; the changed model is then repaired in part
 */
export async function repairModel(
  pair: ModelPair,
  context: Pick<Context, 'runs' | 'gemm' | 'signal' | 'progress' | 'random' | 'shapes' | 'dims' | 'calibration'>,
): Promise<readonly LayerRepair[]> {
  const { calibration, runs, gemm, signal, progress, random, shapes, dims } = context;
  if (calibration === undefined) return [];
  const types = await shapes.infer(pair.original, await sampleDims(pair.original, calibration, dims), signal);
  const found = await tasksIn(pair, types);
  const samples = usedSamples(calibration);
  const sampling = { runs, signal, random, calibration: samples, fittedPart: samples.fittedPart };
  const resumption = new Resumption(pair.changed, sampling, resumptionCosts(pair.original, types));
  const work: Work = { pair, sampling, samples: samples.count, resumption, gemm, signal };
  const repairs = new Map<string, LayerRepair>();
  for (const one of found) {
    if (!isTask(one)) repairs.set(one.node.label, { node: one.node.label, method: undefined, reason: one.reason });
  }
  const waves = wavesOf(pair.changed.graph, found.filter(isTask)).map((wave) =>
    wave.map((task) => wantedRows(task, samples.count, types)),
  );
  await repairWaves(waves, work, (repair) => {
    repairs.set(repair.node, repair);
    progress(repairs.size, found.length, repair.node);
  });
  return found.map((one) => present(repairs.get((isTask(one) ? one.layer.node : one.node).label), 'repair'));
}
