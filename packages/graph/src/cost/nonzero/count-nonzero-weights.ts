import type { Model } from '../../model/model.js';
import type { Node } from '../../model/node.js';
import type { ShapeTable } from '../../shapes/shape-table.js';
import { Scratch } from '../../tensor/scratch.js';
import type { ConstantUse } from '../constants/constant-uses.js';
import { countMacs, type MacsOf, macsByRule, sum } from '../count-macs.js';
import { findLayers, type Layer } from '../layers/layer-costs.js';
import { countNonZeroElements } from './count-nonzero-elements.js';
import { zeroPointOf } from './zero-point.js';

/** The weights of one layer that are not zero. */
export interface LayerNonZero {
  /** As in `LayerCosts`. */
  readonly label: string;
  readonly weights: number;
  /** Undefined where the stored form does not tell zeros apart. */
  readonly nonZeroWeights: number | undefined;
  /** Its multiply-accumulates if zeros were skipped; undefined where its shapes are unknown. */
  readonly effectiveMacs: number | undefined;
}

/** What is left of a model when zeros are not counted. */
export interface NonZeroCounts {
  /** Weights as in {@link Costs.weights}. */
  readonly weights: number;
  /** Those that are not zero; weights that cannot be told count as not zero. */
  readonly nonZeroWeights: number;
  /** Multiply-accumulates if those by a zero were skipped, which dense kernels do not: no measure of speed. */
  readonly effectiveMacs: number;
  /** Names of the weights that cannot be told; they count in full. */
  readonly untold: readonly string[];
  /** The layers that hold weights, in the order of execution. */
  readonly layers: readonly LayerNonZero[];
}

/** Operators that multiply more than their weights, so that the share of zeros in those says too little. */
const MIXED: ReadonlySet<string> = new Set(['Attention', 'QAttention']);

/** Operators whose weights are packed with zero points of their own. */
const PACKED: ReadonlySet<string> = new Set(['MatMulNBits', 'MatMulBnb4', 'GatherBlockQuantized']);

/**
 * Counts the weights that are not zero, as a pruning mask leaves them; a quantized weight is zero at its zero point.
 * Reads each weight once, one at a time.
 *
 * @param shapes as for {@link countCosts}
 * @throws the signal's reason when it aborts
 * @example
 * const { nonZeroWeights, weights } = await countNonZeroWeights(model, shapes);
 */
export async function countNonZeroWeights(
  model: Model,
  shapes: ShapeTable,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<NonZeroCounts> {
  const found = findLayers(model);
  const scratch = new Scratch();
  const told = new Map<ConstantUse, number | undefined>();
  for (const use of found.uses) {
    signal?.throwIfAborted();
    if (use.role === 'weight') told.set(use, await nonZeroElements(use, scratch));
  }
  const effective = skippingZeros(macsByRule(shapes), sharesByReader(told));
  return {
    ...totals(told),
    effectiveMacs: sum([model.graph, ...model.functions].map((graph) => countMacs(graph, effective))).macs,
    layers: found.layers.map((layer) => layerNonZero(layer, told, effective)).filter(({ weights }) => weights > 0),
  };
}

/** Nonzero elements of every weight; undefined where they cannot be told. */
type Told = ReadonlyMap<ConstantUse, number | undefined>;

interface Share {
  readonly weights: number;
  readonly nonZeroWeights: number | undefined;
}

async function nonZeroElements(use: ConstantUse, scratch: Scratch): Promise<number | undefined> {
  const { tensor } = use.weight;
  const zero = zeroPointOf(use);
  if (tensor.dataType === 'string' || !zero || (use.reader && PACKED.has(use.reader.node.opType))) return undefined;
  return scratch.lend(tensor.byteLength, async (into) =>
    countNonZeroElements(tensor, tensor.inline ?? (await tensor.bytes(into)), zero),
  );
}

function totals(told: Told): Pick<NonZeroCounts, 'weights' | 'nonZeroWeights' | 'untold'> {
  let [weights, nonZeroWeights] = [0, 0];
  const untold: string[] = [];
  for (const [{ elements, weight }, nonZero] of told) {
    weights += elements;
    nonZeroWeights += nonZero ?? elements;
    if (nonZero === undefined) untold.push(weight.name);
  }
  return { weights, nonZeroWeights, untold };
}

function shareOf(uses: readonly ConstantUse[], told: Told): Share {
  return uses.reduce<Share>(
    (share, use) => {
      const nonZero = told.get(use);
      const known = share.nonZeroWeights !== undefined && nonZero !== undefined;
      return {
        weights: share.weights + use.elements,
        nonZeroWeights: known ? share.nonZeroWeights + nonZero : undefined,
      };
    },
    { weights: 0, nonZeroWeights: 0 },
  );
}

function layerNonZero({ head, uses }: Layer, told: Told, effective: MacsOf): LayerNonZero {
  const macs = effective(head) ?? 0;
  const share = shareOf(
    uses.filter(({ role }) => role === 'weight'),
    told,
  );
  return { label: head.label, ...share, effectiveMacs: macs === 'unknown' ? undefined : macs };
}

/** The weights that each node reads, shared ones included. */
function sharesByReader(told: Told): ReadonlyMap<Node, Share> {
  const byReader = new Map<Node, ConstantUse[]>();
  for (const use of told.keys()) {
    for (const { node } of use.readers) byReader.set(node, [...(byReader.get(node) ?? []), use]);
  }
  return new Map([...byReader].map(([node, uses]) => [node, shareOf(uses, told)]));
}

/** Multiply-accumulates times the share of weights that are not zero; in full for nodes that read no weights. */
function skippingZeros(macsOf: MacsOf, shares: ReadonlyMap<Node, Share>): MacsOf {
  return (node) => {
    const macs = macsOf(node);
    const share = shares.get(node);
    if (typeof macs !== 'number' || !share?.weights || share.nonZeroWeights === undefined || MIXED.has(node.opType)) {
      return macs;
    }
    return (macs / share.weights) * share.nonZeroWeights;
  };
}
