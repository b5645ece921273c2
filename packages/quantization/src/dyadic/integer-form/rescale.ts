import { dyadicOf } from '../number/dyadic.js';
import type { IntegerResult } from '../reading/site.js';
import type { IntegerNodes } from './integer-nodes.js';

/** Integers to be multiplied with `numerator / 2^shift` and rounded. */
export interface Rescaled {
  /** Name of the int32 or int64 integers. */
  readonly integers: string;
  /** float32 numbers, one for each channel or one for all. */
  readonly multipliers: readonly number[];
  /** Largest size of the integers, as many as there are multipliers. */
  readonly bounds: readonly number[];
  /** Shape of one number for each channel. */
  readonly dims: readonly number[];
  /** True where the zero point is added before rounding, so that ties depend on whether it is even. */
  readonly roundsWithZero?: true;
}

/** A multiplier with a shift of at least 1, so that there is a half to round at. */
interface Step {
  readonly numerator: bigint;
  readonly shift: bigint;
  readonly bound: number;
}

/**
 * Rescales in integers, rounds half to even and saturates. Shifts work on uint64, so that an even number of steps is
 * added first and taken away afterwards.
 */
export function rescale(nodes: IntegerNodes, rescaled: Rescaled, result: IntegerResult): void {
  const steps = rescaled.multipliers.map((multiplier, channel) => stepOf(multiplier, rescaled.bounds[channel] ?? 0));
  const even = 2n ** BigInt(Math.max(255, ...steps.map(largestResult)).toString(2).length + 1);
  const [before, behind] = rescaled.roundsWithZero ? [result.zeroPoint, 0] : [0, result.zeroPoint];
  const offset = even + BigInt(before);
  const { dims } = rescaled;
  const wide = nodes.cast(rescaled.integers, 'int64');
  const factor = nodes.int64(
    'numerator',
    steps.map(({ numerator }) => numerator),
    dims,
  );
  const product = nodes.add('Mul', [wide, factor]);
  const raised = nodes.int64(
    'offset',
    steps.map((step) => (offset << step.shift) + halfOf(step)),
    dims,
  );
  const above = nodes.cast(nodes.add('Add', [product, raised]), 'uint64');
  const shifts = nodes.uint64(
    'shift',
    steps.map(({ shift }) => shift),
    dims,
  );
  const rounded = steps.some(mayTie) ? evenTies(nodes, above, shifts, steps, dims) : above;
  const shifted = nodes.add('BitShift', [rounded, shifts], RIGHT);
  saturate(nodes, nodes.cast(shifted, 'int64'), BigInt(behind) - even, result);
}

const RIGHT = { direction: { string: 'RIGHT' } } as const;

function stepOf(multiplier: number, bound: number): Step {
  const { numerator, shift } = dyadicOf(multiplier);
  const raise = Math.max(0, 1 - shift);
  return { numerator: BigInt(numerator) << BigInt(raise), shift: BigInt(shift + raise), bound };
}

const largestResult = ({ numerator, shift, bound }: Step) =>
  Math.ceil((bound * Number(numerator)) / 2 ** Number(shift));

/** With a half added, the floor is the nearest integer; ties go up. */
const halfOf = ({ shift }: Step) => 2n ** (shift - 1n);

/** A tie needs an integer that is a multiple of a half: the numerator is odd, or the shift is 1. */
const mayTie = ({ shift, bound }: Step) => bound >= 2 ** (Number(shift) - 1);

/** Takes one away where the integer below is even, so that a tie does not reach the one above. */
function evenTies(
  nodes: IntegerNodes,
  raised: string,
  shifts: string,
  steps: readonly Step[],
  dims: readonly number[],
): string {
  const two = nodes.uint64('two', [2n], []);
  const half = nodes.uint64('half', steps.map(halfOf), dims);
  const floor = nodes.add('BitShift', [nodes.add('Sub', [raised, half]), shifts], RIGHT);
  const lowered = nodes.add('Sub', [raised, nodes.uint64('one', [1n], [])]);
  return nodes.add('Add', [lowered, nodes.add('Mod', [floor, two])]);
}

/** Adds the zero point and keeps what the type holds. */
function saturate(nodes: IntegerNodes, integers: string, added: bigint, { dataType, name }: IntegerResult): void {
  const least = dataType === 'uint8' ? 0n : -128n;
  const centred = added === 0n ? integers : nodes.add('Add', [integers, nodes.int64('back', [added], [])]);
  const limits = [nodes.int64('least', [least], []), nodes.int64('most', [least + 255n], [])];
  nodes.cast(nodes.add('Clip', [centred, ...limits]), dataType, name);
}
