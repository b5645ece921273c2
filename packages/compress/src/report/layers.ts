import type { Costs, LayerCosts } from '@onnx-compress/graph';
import type { LayerCost, LayerRecord } from './report.js';

const learned = ({ weights, biases, normalization }: LayerCosts) => weights + biases + normalization;

const counts = (layer: LayerCosts) => learned(layer) > 0 || layer.macs !== 0;

/** Milliseconds of one inference by label of the node, of each model whose nodes were timed. */
export interface LayerTimes {
  readonly before?: ReadonlyMap<string, number>;
  readonly after?: ReadonlyMap<string, number>;
}

/** Time of all nodes of a layer; nothing where none of them was timed. */
function timeOf({ nodes }: LayerCosts, times: ReadonlyMap<string, number> | undefined): Pick<LayerCost, 'timeMs'> {
  const known = nodes.flatMap((node) => times?.get(node) ?? []);
  return known.length === 0 ? {} : { timeMs: known.reduce((sum, time) => sum + time, 0) };
}

const costOf = (layer: LayerCosts, times: ReadonlyMap<string, number> | undefined): LayerCost => ({
  parameters: learned(layer),
  weightBytes: layer.weightBytes,
  macs: layer.macs ?? null,
  ...timeOf(layer, times),
});

/** Suffix that quantization gives to the stored form of a weight, and what makes that name unique. */
const QUANTIZED = /_quantized(_\d+)?$/;

const weightNames = ({ constants }: LayerCosts) =>
  constants.filter(({ role }) => role === 'weight').map(({ name }) => name.replace(QUANTIZED, ''));

/** By what a layer of the result is recognized as one of the original: the surest first. */
const TRAITS: readonly ((layer: LayerCosts) => readonly string[])[] = [
  ({ label }) => [label],
  ({ nodes }) => nodes,
  weightNames,
];

/** Pairs layers that share a trait, in order, and takes them out of both lists. */
function pairBy(
  traitsOf: (layer: LayerCosts) => readonly string[],
  before: Set<LayerCosts>,
  after: Set<LayerCosts>,
  pairs: Map<LayerCosts, LayerCosts>,
): void {
  const byTrait = new Map<string, LayerCosts[]>();
  for (const layer of before) {
    for (const trait of traitsOf(layer)) byTrait.set(trait, [...(byTrait.get(trait) ?? []), layer]);
  }
  for (const layer of after) {
    const candidates = traitsOf(layer).flatMap((trait) => byTrait.get(trait) ?? []);
    const original = candidates.find((candidate) => before.has(candidate));
    if (original === undefined) continue;
    pairs.set(layer, original);
    before.delete(original);
    after.delete(layer);
  }
}

const costly = ({ layers }: Pick<Costs, 'layers'>) => layers.filter(counts);

/**
 * The layers of a result that are known again from its original, each with that layer: by the label of its node, by
 * the labels of the nodes that are part of it, else by its weight. Pure.
 */
export function pairedLayers(
  before: Pick<Costs, 'layers'>,
  after: Pick<Costs, 'layers'>,
): ReadonlyMap<LayerCosts, LayerCosts> {
  const [left, right] = [new Set(costly(before)), new Set(costly(after))];
  const pairs = new Map<LayerCosts, LayerCosts>();
  for (const traitsOf of TRAITS) pairBy(traitsOf, left, right, pairs);
  return pairs;
}

/**
 * The layers of original and result side by side, in the order of execution; one that only the result has follows the
 * layer before it. A quantized layer stands in the row of the layer that it came from: its nodes keep the label of that
 * one, and its weight the name. Parameters are weights, biases and normalization; scales, zero points and shapes count
 * in the bytes only. Layers without parameters and multiply-accumulates are left out. Pure.
 */
export function layerRecords(
  before: Pick<Costs, 'layers'>,
  after: Pick<Costs, 'layers'>,
  times: LayerTimes = {},
): readonly LayerRecord[] {
  const pairs = pairedLayers(before, after);
  const result = new Map([...pairs].map(([layer, original]) => [original, layer]));
  const added = addedBehind(costly(after), pairs, times);
  return [
    ...(added.get(undefined) ?? []),
    ...costly(before).flatMap((layer) => [recordOf(layer, result.get(layer), times), ...(added.get(layer) ?? [])]),
  ];
}

function recordOf(layer: LayerCosts, result: LayerCosts | undefined, times: LayerTimes): LayerRecord {
  return {
    node: layer.label,
    opType: layer.opType,
    before: costOf(layer, times.before),
    after: result === undefined ? null : costOf(result, times.after),
  };
}

/** Records of layers that only the result has, by the original layer in front of them. */
function addedBehind(
  layers: readonly LayerCosts[],
  pairs: ReadonlyMap<LayerCosts, LayerCosts>,
  times: LayerTimes,
): ReadonlyMap<LayerCosts | undefined, readonly LayerRecord[]> {
  const added = new Map<LayerCosts | undefined, LayerRecord[]>();
  let place: LayerCosts | undefined;
  for (const layer of layers) {
    const original = pairs.get(layer);
    place = original ?? place;
    if (original !== undefined) continue;
    const record = { node: layer.label, opType: layer.opType, before: null, after: costOf(layer, times.after) };
    added.set(place, [...(added.get(place) ?? []), record]);
  }
  return added;
}
