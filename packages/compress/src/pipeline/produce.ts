import { runtimeEnvironment } from '@onnx-compress/runtime';
import { checkBudgets, requireMeasurable } from '../budgets.js';
import { known } from '../failures.js';
import { fileRecord } from '../files/file-record.js';
import { budgetsMissed, grew, verificationFailed } from '../messages.js';
import { budgetText } from '../render/budget-text.js';
import type { Report, VerificationRecord } from '../report/report.js';
import { tool } from '../version.js';
import { Diagnostics } from './diagnostics.js';
import { openEngine } from './engine.js';
import { exactSegments } from './exact-segments.js';
import type { Job, Outcome, Rejection } from './job.js';
import { assumedDims, costsOf, modelSize } from './measure.js';
import { planSteps } from './planned-step.js';
import { type RunInputs, readRunInputs } from './run-inputs.js';
import { type FinishedStep, stepRecords } from './run-steps.js';
import { scoreBoth } from './score.js';
import { withTemporaryFolder } from './temporary-folder.js';
import { type Transformed, transform } from './transform.js';
import { NOT_VERIFIED, type VerificationRun, verificationSamples, verifyCandidate, verifySegments } from './verify.js';

/** What the parts of a run share. */
interface Workshop extends Omit<VerificationRun, 'level'> {
  readonly dims: ReadonlyMap<string, number>;
}

/** The verification that a run asked for, made ready before anything is changed. */
type Verify = (made: Transformed) => Promise<VerificationRecord>;

const changedNothingOrExact = ({ planned, result }: FinishedStep) =>
  planned.transform.exact || result.changed.length === 0;

/**
 * Chooses the samples and thereby runs the original, so that a model that cannot be verified is refused at once.
 *
 * @throws ModelError when the original does not load or run
 */
async function prepareVerification(job: Job, inputs: RunInputs, shop: Workshop): Promise<Verify> {
  const { source, recipe, signal, emit } = job;
  const level = recipe.verify;
  if (level === 'off') return async () => NOT_VERIFIED;
  const run = { ...shop, level };
  const samples = await verificationSamples(source, inputs, recipe.seed, run);
  return async ({ finished, model, staged }) => {
    emit({ type: 'phase', phase: 'verify' });
    const candidate = { model, location: { path: staged.path } };
    const record = await verifyCandidate(source, candidate, samples, finished.every(changedNothingOrExact), run);
    if (record.status !== 'ok') return record;
    return withTemporaryFolder(async (folder) =>
      verifySegments(record, await exactSegments(finished, source, candidate, folder, signal), samples, run),
    );
  };
}

async function report(job: Job, shop: Workshop, made: Transformed, verify: Verify): Promise<Report> {
  const { source, recipe, evaluate, signal } = job;
  const { finished, staged, costsBefore, costsAfter, unchanged } = made;
  const output = fileRecord(staged.written, staged.written.external);
  const verification = await verify(made);
  const score = await scoreBoth(source.location, { path: staged.path }, evaluate, shop.engine, signal);
  const before = modelSize(costsBefore, source.record.fileBytes);
  const after = modelSize(costsAfter, output.fileBytes);
  if (after.fileBytes > before.fileBytes) shop.diagnostics.warn(grew(before.fileBytes, after.fileBytes));
  const { version, cpuFeatures } = await runtimeEnvironment();
  return {
    schemaVersion: 1,
    tool: tool(),
    onnxruntime: { version, cpuFeatures },
    seed: recipe.seed,
    recipe,
    input: source.record,
    output,
    before,
    after,
    assumedDims: Object.fromEntries(shop.dims),
    steps: stepRecords(finished, before.fileBytes, after.fileBytes),
    verification,
    ...(score === undefined ? {} : { score }),
    budgets: checkBudgets(recipe.budgets, { before, after, verification, score }),
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
  const { source, recipe, calibration, evaluate, signal } = job;
  requireMeasurable(recipe.budgets, recipe.verify !== 'off', evaluate !== undefined);
  const inputs = await readRunInputs(source.model, recipe, calibration);
  const steps = planSteps(source.model, recipe.steps, inputs.tuning);
  const verify = await prepareVerification(job, inputs, shop);
  const costs = await costsOf(source.model, shop.engine.shapes, shop.dims, signal);
  const made = await transform(job, costs, { ...shop, steps, seed: recipe.seed, calibration: inputs.tuning });
  try {
    const finished = await report(job, shop, made, verify);
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
