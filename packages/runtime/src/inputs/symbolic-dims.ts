import { type Dim, dimKey } from '@onnx-compress/graph';
import type { InputSpec } from './input-spec.js';
import { unknownDimension } from './messages.js';

/** A size that the model leaves open. */
interface FreeDim {
  /** The symbol; `input[axis]` where it has none. */
  readonly key: string;
  /** `batch`: the first axis of some input. `image`: height or width. `length`: anything else. */
  readonly kind: 'batch' | 'image' | 'length';
}

/** Sizes for all open dimensions of a model, by key. */
export type DimSizes = ReadonlyMap<string, number>;

/** Sizes tried one after the other; real models want multiples of 32, or at least some minimum. */
const IMAGE_SIZES = [64, 32, 224, 128, 256, 320, 512, 1] as const;
const LENGTHS = [16, 64, 128, 256, 512, 32, 1024, 1] as const;
/** Above this many open dimensions, combinations with single sizes of 1 are not tried. */
const COMBINED = 4;

/** The shape of an input under these sizes; open dimensions that they do not name are 1. */
export function shapeUnder(dims: readonly Dim[], input: InputSpec, sizes: DimSizes): readonly number[] {
  return dims.map((dim, axis) => (typeof dim === 'number' ? dim : (sizes.get(dimKey(input.name, dim, axis)) ?? 1)));
}

/** The open dimensions of a model's inputs, each once. */
function freeDims(inputs: readonly InputSpec[]): readonly FreeDim[] {
  const found = new Map<string, FreeDim>();
  for (const input of inputs) {
    for (const [axis, dim] of (input.dims ?? []).entries()) {
      if (typeof dim === 'number') continue;
      const key = dimKey(input.name, dim, axis);
      const image = axis > 1 && input.dims?.length === 4 && input.dataType.startsWith('float');
      const kind = axis === 0 ? 'batch' : image ? 'image' : 'length';
      if (kind === 'batch' || !found.has(key)) found.set(key, { key, kind });
    }
  }
  return [...found.values()];
}

/**
 * Assumptions about the open dimensions, the likeliest first: a batch of 1 and common sizes for the others; of those
 * some may be 1 as well, as the batch on a second axis of recurrent states is; last, a batch that is as large as the other sizes are.
 *
 * @param given sizes from `--dim`, which hold in every assumption
 * @throws UsageError for a given name that is no open dimension
 */
export function dimAssumptions(inputs: readonly InputSpec[], given: DimSizes): readonly DimSizes[] {
  const dims = freeDims(inputs);
  const known = dims.map(({ key }) => key);
  for (const name of given.keys()) if (!known.includes(name)) throw unknownDimension(name, known, inputs);
  const open = dims.filter(({ key }) => !given.has(key));
  const sized = open.filter(({ kind }) => kind !== 'batch');
  const batch = open.filter(({ kind }) => kind === 'batch');
  const sizes = (ones: ReadonlySet<FreeDim>, step: number): DimSizes =>
    new Map([...given, ...open.map((dim) => [dim.key, ones.has(dim) ? 1 : sizeAt(dim, step)] as const)]);
  const steps = sized.length === 0 ? [0] : [...LENGTHS.keys()];
  const usual = steps.flatMap((step) => subsets(sized).map((ones) => sizes(new Set([...batch, ...ones]), step)));
  const largeBatch = batch.length === 0 ? [] : steps.slice(0, 2).map((step) => sizes(new Set(), step));
  return [...usual, ...largeBatch];
}

function sizeAt({ kind }: FreeDim, step: number): number {
  return (kind === 'image' ? IMAGE_SIZES : LENGTHS)[step] ?? 1;
}

/** All subsets but the whole, the smallest first; only the empty one for long lists. */
function subsets(dims: readonly FreeDim[]): readonly (readonly FreeDim[])[] {
  if (dims.length > COMBINED) return [[]];
  const masks = Array.from({ length: Math.max(1, 2 ** dims.length - 1) }, (_, mask) => mask);
  const all = masks.map((mask) => dims.filter((_, position) => (mask >> position) & 1));
  return all.sort((a, b) => a.length - b.length);
}
