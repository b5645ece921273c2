import { runtimeEnvironment } from '@onnx-compress/runtime';
import { checkBudgets, requireMeasurable, uncertainBudgets } from '../budgets.js';
import { known } from '../failures.js';
import { fileRecord } from '../files/file-record.js';
import { budgetsMissed, grew, verificationFailed } from '../messages.js';
import { requirePlannedModel } from '../plan/require-planned-model.js';
import { budgetText } from '../render/budget-text.js';
import { withFusion } from '../report/fusion.js';
import { gzipSizes } from '../report/gzip-sizes.js';
import { layerRecords } from '../report/layers.js';
import type { Report } from '../report/report.js';
import { worthOf } from '../report/worth.js';
import { tool } from '../version.js';
import { Diagnostics } from './diagnostics.js';
import { openEngine } from './engine.js';
import type { Job, Outcome, Rejection } from './job.js';
import { fusionOf } from './layer-fusion.js';
import { assumedDims, costsOf, modelSize } from './measure.js';
import { createNodeTimes } from './node-times.js';
import { planSteps } from './planned-step.js';
import { runFigures } from './run-figures.js';
import { isGiven, readRunInputs, tuningSamples } from './run-inputs.js';
import { measuredRecipe, stepRecords } from './run-steps.js';
import { scoreBoth } from './score.js';
import { type Transformed, transform } from './transform.js';
import { prepareTrials, type Trials } from './trials.js';
import type { Workshop } from './workshop.js';

async function report(job: Job, shop: Workshop, made: Transformed, trials: Trials): Promise<Report> {
  const { source, recipe, evaluate, signal } = job;
  const { finished, staged, costsBefore, costsAfter, unchanged } = made;
  const output = fileRecord(staged.written, staged.written.external);
  const verification = await trials.verify(made);
  const { latency, times, untimed } = await trials.measure(made, verification);
  const score = await scoreBoth(source.location, { path: staged.path }, evaluate, shop.engine, signal);
  const gzip = await gzipSizes(source, made, signal);
  const before = { ...modelSize(costsBefore, source.record.fileBytes), ...gzip.before };
  const after = { ...modelSize(costsAfter, output.fileBytes), ...gzip.after };
  if (after.fileBytes > before.fileBytes) shop.diagnostics.warn(grew(before.fileBytes, after.fileBytes));
  for (const warning of uncertainBudgets(recipe.budgets, latency)) shop.diagnostics.warn(warning);
  const { version, cpuFeatures } = await runtimeEnvironment();
  const records = stepRecords(finished, before.fileBytes, after.fileBytes);
  const fusion = await fusionOf(job, made, records, verification, shop.engine);
  const steps = withFusion(records, fusion);
  const worth = worthOf({ steps, before, after, latency, untimed, calibrated: isGiven(job.calibration) });
  return {
    schemaVersion: 1,
    tool: tool(),
    onnxruntime: { version, cpuFeatures },
    seed: recipe.seed,
    recipe: measuredRecipe(recipe, finished),
    input: source.record,
    output,
    before,
    after,
    assumedDims: Object.fromEntries(shop.dims),
    steps,
    verification,
    ...(score === undefined ? {} : { score }),
    ...(latency === undefined ? {} : { latency }),
    ...(worth === undefined ? {} : { worth }),
    ...(fusion === undefined ? {} : { fusion }),
    layers: layerRecords(costsBefore, costsAfter, times),
    ...(await runFigures(job, finished)),
    budgets: checkBudgets(recipe.budgets, { before, after, verification, score, latency }),
    warnings: shop.diagnostics.all,
    unchanged,
  };
}

function rejectionOf({ verification, budgets }: Report): Rejection | undefined {
  if (verification.status === 'failed') {
    return { kind: 'unsound', describe: (kept) => verificationFailed(verification.reasons, kept) };
  }
  const missed = budgets.filter(({ ok }) => !ok).map((budget) => `${budget.name}: ${budgetText(budget)}`);
  return missed.length === 0 ? undefined : { kind: 'budget', describe: (kept) => budgetsMissed(missed, kept) };
}

async function run(job: Job, shop: Workshop): Promise<Outcome> {
  const { source, recipe, evaluate, signal } = job;
  requireMeasurable(recipe.budgets, recipe.verify !== 'off', evaluate !== undefined);
  requirePlannedModel(recipe.steps, source.record.sha256);
  const inputs = await readRunInputs(source.model, recipe, job.calibration);
  const steps = planSteps(source.model, recipe.steps, inputs.tuning !== undefined || inputs.random);
  const calibration = await tuningSamples(source, inputs, recipe.seed, shop);
  const trials = await prepareTrials(job, inputs, shop);
  const costs = await costsOf(source.model, shop.engine.shapes, shop.dims, signal);
  const nodeTimes = createNodeTimes(source, inputs, recipe.seed, shop);
  const tuning = { seed: recipe.seed, target: recipe.target, calibration, nodeTimes, drawsFigures: job.drawsFigures };
  const run = { ...shop, ...tuning, steps };
  const made = await transform(job, costs, run);
  try {
    const finished = await report(job, shop, made, trials);
    return { staged: made.staged, model: made.model, report: finished, rejection: rejectionOf(finished) };
  } catch (error) {
    await made.staged.discard();
    throw error;
  }
}

/**
 * Does a whole run: steps, staged file, verification of that very file, budgets, report. The original is not touched.
 *
 * @throws CompressError for everything that can be expected to fail; nothing is left behind then
 */
export async function produce(job: Job): Promise<Outcome> {
  const { signal, emit, threads } = job;
  const diagnostics = new Diagnostics(emit);
  const engine = openEngine(diagnostics.warn, threads);
  try {
    return await run(job, { engine, diagnostics, dims: assumedDims(job.source.model, job.recipe.dims), signal, emit });
  } catch (error) {
    throw known(error, signal);
  } finally {
    await engine.close();
  }
}
