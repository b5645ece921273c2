import { type ModelError, seededRandom } from '@onnx-compress/core';
import { type Model, present } from '@onnx-compress/graph';
import type { HostedSession, HostTensor } from '../host/contract.js';
import { HostError } from '../host/errors.js';
import { type FixedInputs, fixedTensor } from './fixed-inputs.js';
import { type InputRole, inputRole } from './input-role.js';
import { type HostFeeds, type InputSpec, inputSpecs } from './input-spec.js';
import { randomTensor } from './random-tensor.js';
import { oversized, sampleCount } from './sample-size.js';
import { type DimSizes, dimAssumptions } from './symbolic-dims.js';
import type { VerificationInputs } from './verification-inputs.js';

/** What random inputs may be told. */
export interface RandomInputOptions {
  readonly seed: number;
  /** Number of samples; raised to the number of variants, lowered for large inputs. */
  readonly count: number;
  /** Values of `--input`. */
  readonly fixed?: FixedInputs;
  /** Values of `--dim`. */
  readonly dims?: DimSizes;
  readonly signal?: AbortSignal;
}

/** Assumptions about open dimensions that are tried before giving up. */
const MOST_ATTEMPTS = 64;
const MOST_VARIANTS = 16;

/**
 * Seeded random inputs from the model's own signature. Open dimensions get the first sizes under which the model runs,
 * found by running it; where an input value decides an If, the samples take every branch, and sizes are preferred
 * under which all of them run. See `inputRole` and `randomTensor` for the values.
 *
 * @param model the original, for its inputs and what it does with them
 * @param session the same model, loaded
 * @throws HostError of the first attempt when the model runs with none of them
 * @throws ModelError where all of them would be too large
 * @throws UsageError for `--dim` names that the model does not have
 * @example const inputs = await randomInputs(model, session, { seed: 0, count: 8 });
 */
export async function randomInputs(
  model: Model,
  session: HostedSession,
  options: RandomInputOptions,
): Promise<VerificationInputs> {
  const plan = planInputs(model, options);
  const { dims, variants } = await runningInputs(plan, session, options);
  const count = Math.max(sampleCount(plan.inputs, dims, options.count), variants.length);
  async function* samples(): AsyncIterable<HostFeeds> {
    for (let index = 0; index < count; index++) {
      yield sampleFeeds(plan, dims, present(variants[index % variants.length], 'variant'), index);
    }
  }
  return { source: 'random', count, variants: variants.length, dims: Object.fromEntries(dims), samples };
}

interface InputPlan {
  readonly inputs: readonly InputSpec[];
  readonly roles: ReadonlyMap<string, InputRole>;
  readonly fixed: FixedInputs;
  readonly seed: number;
  /** How many combinations of choices there are. */
  readonly variants: number;
}

function planInputs(model: Model, { seed, fixed = new Map() }: RandomInputOptions): InputPlan {
  const inputs = inputSpecs(model);
  const roles = new Map(model.graph.inputs.map((input) => [input.name, inputRole(input)] as const));
  const free = [...roles].filter(([name]) => !fixed.has(name));
  const variants = free.reduce((product, [, role]) => product * choices(role), 1);
  return { inputs, roles, fixed, seed, variants: Math.min(variants, MOST_VARIANTS) };
}

function choices(role: InputRole): number {
  return role.kind === 'choice' ? role.values.length : 1;
}

/** The values of sample `index`; its choices are the digits of `variant`, the first input's the fastest. */
function sampleFeeds(plan: InputPlan, dims: DimSizes, variant: number, index: number): HostFeeds {
  const { inputs, roles, fixed, seed } = plan;
  const feeds = new Map<string, HostTensor>();
  let combination = variant;
  for (const input of inputs) {
    const role = present(roles.get(input.name), `role of input ${input.name}`);
    const value = fixed.get(input.name);
    if (value === undefined) {
      const random = seededRandom(seed, `input/${input.name}/${index}`);
      feeds.set(input.name, randomTensor(input, role, dims, random, combination % choices(role)));
      combination = Math.floor(combination / choices(role));
    } else {
      feeds.set(input.name, fixedTensor(value, input, dims));
    }
  }
  return feeds;
}

/** Sizes of the open dimensions, and the variants that run with them. */
interface RunningInputs {
  readonly dims: DimSizes;
  readonly variants: readonly number[];
}

/** The first assumption under which all variants run, else the first under which most do. */
async function runningInputs(
  plan: InputPlan,
  session: HostedSession,
  { dims: given = new Map(), signal }: RandomInputOptions,
): Promise<RunningInputs> {
  let best: RunningInputs | undefined;
  let firstError: HostError | ModelError | undefined;
  for (const dims of dimAssumptions(plan.inputs, given).slice(0, MOST_ATTEMPTS)) {
    const tooLarge = oversized(plan.inputs, dims);
    if (tooLarge !== undefined) {
      firstError ??= tooLarge;
      continue;
    }
    const { variants, error } = await runVariants(plan, dims, session, signal);
    if (variants.length > (best?.variants.length ?? 0)) best = { dims, variants };
    if (variants.length === plan.variants) break;
    firstError ??= error;
  }
  if (best === undefined) throw present(firstError, 'reason why the model does not run');
  return best;
}

async function runVariants(plan: InputPlan, dims: DimSizes, session: HostedSession, signal: AbortSignal | undefined) {
  const variants: number[] = [];
  let firstError: HostError | undefined;
  for (let variant = 0; variant < plan.variants; variant++) {
    try {
      await session.run(sampleFeeds(plan, dims, variant, variant), signal === undefined ? {} : { signal });
      variants.push(variant);
    } catch (error) {
      if (!(error instanceof HostError) || error.phase === 'crash') throw error;
      firstError ??= error;
    }
  }
  return { variants, error: firstError };
}
