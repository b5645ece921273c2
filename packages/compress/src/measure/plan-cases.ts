import { dimKey, type Model, present } from '@onnx-compress/graph';
import {
  type HostedSession,
  type HostFeeds,
  type InputSpec,
  measurementInputs,
  toHostTensors,
} from '@onnx-compress/runtime';
import type { RunInputs } from '../pipeline/run-inputs.js';
import { parseInputSize } from './input-sizes.js';
import { sizesOfDims } from './inputs-fit.js';
import { sameInputSize, sizeContradicts, sizesWithSamples } from './messages.js';

/** One input size with the values that all models are run with there. */
export interface PlannedCase {
  readonly label: string;
  readonly feeds: HostFeeds;
  /** Shapes of the values, by input. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
}

/** The input sizes of a measurement, of which there is at least one. */
export type PlannedCases = readonly [PlannedCase, ...PlannedCase[]];

/** What decides the values of a measurement. */
export interface CaseOptions {
  readonly inputSizes: readonly string[];
  readonly batch: readonly number[];
  readonly seed: number;
  readonly signal: AbortSignal;
}

function caseOf(feeds: HostFeeds): PlannedCase {
  const shapes = Object.fromEntries([...feeds].map(([name, { dims }]) => [name, dims]));
  const texts = Object.values(shapes).filter((dims) => dims.length > 0);
  const label = texts.length === 0 ? 'scalar inputs' : texts.map((dims) => dims.join('x')).join(',');
  return { label, feeds, shapes };
}

/** Leaves first axes open, for which a batch size is given; a size from `--dim` stays, so that it can be refused. */
function withoutBatch(inputs: readonly InputSpec[], given: ReadonlyMap<string, number>) {
  const first = new Set(inputs.flatMap(({ name, dims = [] }) => (dims.length === 0 ? [] : [dimKey(name, dims[0], 0)])));
  return (dims: ReadonlyMap<string, number>): ReadonlyMap<string, number> =>
    new Map([...dims].filter(([name]) => given.has(name) || !first.has(name)));
}

/** The elements of a list, or one that asks for nothing where it is empty. */
const orNone = <T>(list: readonly T[]): readonly (T | undefined)[] => (list.length === 0 ? [undefined] : list);

/** The first sample of the caller's own. */
async function sampleCase({ heldOut, tuning }: RunInputs): Promise<PlannedCase | undefined> {
  const samples = heldOut ?? tuning;
  if (samples === undefined) return undefined;
  for await (const feeds of samples.samples()) return caseOf(await toHostTensors(feeds));
  return undefined;
}

/** Sizes of open dimensions under one entry of `--input-sizes`, together with those that hold anyway. */
function dimsUnder(
  entry: string | undefined,
  inputs: readonly InputSpec[],
  given: ReadonlyMap<string, number>,
  fixed: ReadonlySet<string>,
): ReadonlyMap<string, number> {
  if (entry === undefined) return given;
  const free = inputs.filter(({ name }) => !fixed.has(name));
  const shapes = Object.fromEntries(parseInputSize(entry, free));
  const sizes = new Map(given);
  for (const [name, size] of free.flatMap((input) => [...sizesOfDims([input], shapes)])) {
    if ((sizes.get(name) ?? size) !== size) throw sizeContradicts(entry, name);
    sizes.set(name, size);
  }
  return sizes;
}

/**
 * The input sizes to measure at, each with its values: the caller's first sample, else seeded random values of every
 * size that was asked for, else of the first size with which the model runs.
 *
 * @param session the model, loaded
 * @throws UsageError for sizes that the model does not take, and for one size twice
 */
export async function planCases(
  model: Model,
  inputs: readonly InputSpec[],
  session: HostedSession,
  values: RunInputs,
  options: CaseOptions,
): Promise<PlannedCases> {
  const { inputSizes, batch, seed, signal } = options;
  const sample = await sampleCase(values);
  if (sample !== undefined) {
    if (inputSizes.length + batch.length > 0) throw sizesWithSamples();
    return [sample];
  }
  const { dims: given, fixed } = values;
  const fixedNames = new Set(fixed.keys());
  const sizes = orNone(inputSizes).map((entry) => dimsUnder(entry, inputs, given, fixedNames));
  const open = withoutBatch(inputs, given);
  const wanted = sizes.flatMap((dims) =>
    orNone(batch).map((count) => ({ dims: count === undefined ? dims : open(dims), batch: count })),
  );
  const cases: PlannedCase[] = [];
  for (const size of wanted) {
    const planned = caseOf(await measurementInputs(model, session, { seed, fixed, signal, ...size }));
    if (cases.some(({ label }) => label === planned.label)) throw sameInputSize(planned.label);
    cases.push(planned);
  }
  const [first, ...others] = cases;
  return [present(first, 'input size'), ...others];
}
