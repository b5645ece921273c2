import { readRunInputs } from '../pipeline/run-inputs.js';
import type { Bench } from './bench.js';
import { sizesOfDims } from './inputs-fit.js';
import type { MeasureOptions } from './options.js';
import { type PlannedCases, planCases } from './plan-cases.js';
import type { Subject } from './subject.js';

/**
 * The input sizes of a measurement, found by running the model. Dimensions that only the reference has fixed get its
 * size.
 *
 * @throws UsageError for inputs and sizes that do not fit
 * @throws ModelError where the model does not run
 */
export async function casesFor(
  { path, model, inputs: specs }: Subject,
  reference: Subject | undefined,
  { inputs = {}, dims = {}, calibration = [], preprocess, inputSizes = [], batch = [] }: MeasureOptions,
  { engine, settings, signal }: Bench,
): Promise<PlannedCases> {
  const others = Object.fromEntries((reference?.inputs ?? []).map((input) => [input.name, input.dims]));
  const narrowed = { ...Object.fromEntries(sizesOfDims(specs, others)), ...dims };
  const values = await readRunInputs(model.content, { inputs, dims: narrowed, preprocess }, calibration);
  const session = await engine.host.open({ path }, { ...engine.session, signal });
  try {
    const options = { inputSizes, batch, seed: settings.seed, signal };
    return await planCases(model.content, specs, session, values, options);
  } finally {
    await session.release();
  }
}
