import {
  computedTensor,
  elementCount,
  floatsToTensor,
  type Node,
  readFloats,
  type Scratch,
  type Tensor,
  type Weight,
} from '@onnx-compress/graph';
import { dropUnused } from '../../emission/drop-weight.js';
import type { WeightPlanner } from '../plan-weight.js';

const LARGEST = 65504;
const SMALLEST = 2 ** -24;
/** From here on a number is a stand-in for infinity. */
const LIKE_INFINITY = 2 ** 30;

/** Operators that read masks, limits and padding. */
const FILLED: ReadonlySet<string> = new Set(['Add', 'Clip', 'Max', 'Min', 'Pad', 'Where']);

/**
 * The constants of a float16 graph, each written once in the scope of its original. Stand-ins for infinity become the
 * largest number; a single number that would round to zero, such as the epsilon of a norm, becomes the smallest.
 */
export class HalfConstants {
  readonly #known = new Map<Weight, Weight>();

  constructor(private readonly scratch: Scratch) {}

  /** The half weight, added when it is first asked for. */
  of(weight: Weight): Weight {
    const known = this.#known.get(weight);
    if (known !== undefined) return known;
    const { graph, name, tensor } = weight;
    const half = graph.addWeight(graph.uniqueName(`${name}_float16`), halfConstant(tensor, this.scratch));
    this.#known.set(weight, half);
    return half;
  }

  /** The half weight of an original, where one was asked for. */
  find(weight: Weight): Weight | undefined {
    return this.#known.get(weight);
  }

  /** Takes out the originals that nothing reads any more. */
  dropOriginals(): void {
    for (const weight of this.#known.keys()) dropUnused(weight);
  }
}

function halfConstant(tensor: Tensor, scratch: Scratch): Tensor {
  return computedTensor('float16', tensor.dims, () =>
    scratch.lend(tensor.byteLength, async (into) => {
      const values = (await readFloats(tensor, into)).map(saturated);
      const [first = 0] = values;
      const tiny = values.length === 1 && first !== 0 && Math.abs(first) < SMALLEST;
      const kept = tiny ? Float32Array.of(Math.sign(first) * SMALLEST) : values;
      return floatsToTensor('float16', tensor.dims, kept).bytes();
    }),
  );
}

function saturated(value: number): number {
  return Number.isFinite(value) ? Math.min(LARGEST, Math.max(-LARGEST, value)) : value;
}

/** Why a node cannot read a constant as float16; undefined where it can. */
export async function misfitOf(weight: Weight, reader: Node, planner: WeightPlanner): Promise<string | undefined> {
  const { tensor, name } = weight;
  if (elementCount(tensor.dims) === 1 && (await everyValue(tensor, isInRange))) return undefined;
  const reason = await planner.misfit(name, tensor);
  if (reason === undefined || !FILLED.has(reader.opType)) return reason;
  return (await everyValue(tensor, (value) => isInRange(value) || Math.abs(value) >= LIKE_INFINITY))
    ? undefined
    : reason;
}

async function everyValue(tensor: Tensor, holds: (value: number) => boolean): Promise<boolean> {
  return (await readFloats(tensor)).every(holds);
}

function isInRange(value: number): boolean {
  return !Number.isFinite(value) || Math.abs(value) <= LARGEST;
}
