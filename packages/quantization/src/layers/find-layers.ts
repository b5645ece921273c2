import type { Skip } from '@onnx-compress/core';
import type { DataType, Model, Node, Weight } from '@onnx-compress/graph';
import { alreadyQuantized, sparseWeight, unsupportedType } from '../messages.js';
import { type ConstantSource, ConstantSources } from './constant-sources.js';
import { floatConstants } from './float-constants.js';
import { inFunction, slotOfCall } from './function-calls.js';
import type { Layer, WeightSlot, WeightUse } from './layer.js';
import { QUANTIZED_OPERATORS, ruleFor } from './layer-rules.js';
import { isFloat, readsQuantized } from './quantized-constant.js';

/** What a model holds for a weight quantizer: the layers it can work on, and the ones it must leave, with the reason. */
export interface Inventory {
  readonly layers: readonly Layer[];
  readonly skipped: readonly Skip[];
  /** Constants that are no weights of layers, such as biases, and why they stay in float; named once with a reader. */
  readonly constants: readonly Skip[];
}

const FLOAT_TYPES: ReadonlySet<DataType> = new Set(['float32', 'float16', 'float64', 'bfloat16']);

/**
 * Lists the weighted layers of the nodes that `selected` accepts, in graph order: in subgraphs and model-local
 * functions too, and with weights that reach them through nodes that only move elements.
 *
 * @param selected receives the label of a node.
 */
export function findLayers(model: Model, selected: (label: string) => boolean): Inventory {
  const layers: Layer[] = [];
  const skipped: Skip[] = [];
  const weights = new Set<Weight>();
  const sources = new ConstantSources();
  for (const node of model.nodes()) {
    if (!selected(node.label)) continue;
    const found = layersOf(node, sources);
    for (const { weight } of found) weights.add(weight);
    const reason = reasonToLeave(node, found);
    if (reason !== undefined) skipped.push({ node: node.label, reason });
    else layers.push(...found);
  }
  return { layers, skipped, constants: floatConstants(model, weights, sources, selected) };
}

function layersOf(node: Node, sources: ConstantSources): readonly Layer[] {
  return [...node.inputs.keys()].flatMap((index) => {
    const found = sources.of({ node, index }).filter(({ weight }) => isFloat(weight));
    const [first] = found;
    const slot = first && slotOf(node, index, first.axes.length);
    return slot === undefined ? [] : byWeight(found).map((parts) => layerOf(node, index, slot, parts));
  });
}

function slotOf(node: Node, index: number, rank: number): WeightSlot | undefined {
  const rule = ruleFor(node);
  const slot = rule ? rule(node, index, rank) : slotOfCall(node, index, rank, plainSlot);
  return slot && inFunction(node.graph) ? { ...slot, use: { kind: 'other' } } : slot;
}

const plainSlot = (node: Node, index: number, rank: number) => ruleFor(node)?.(node, index, rank);

type Parts = readonly [ConstantSource, ...ConstantSource[]];

function byWeight(sources: readonly ConstantSource[]): readonly Parts[] {
  const parts = new Map<Weight, [ConstantSource, ...ConstantSource[]]>();
  for (const source of sources) {
    const known = parts.get(source.weight);
    if (known) known.push(source);
    else parts.set(source.weight, [source]);
  }
  return [...parts.values()];
}

/** The layer as seen from the stored weight: which of its axes are the channels, and who reads it first. */
function layerOf(node: Node, inputIndex: number, { channelAxis, use }: WeightSlot, parts: Parts): Layer {
  const axes = parts.map((part) => (channelAxis === undefined ? undefined : part.axes[channelAxis]));
  const [axis] = axes;
  return {
    node,
    inputIndex,
    weight: parts[0].weight,
    channelAxis: axes.every((other) => other === axis) ? axis : undefined,
    use: useOf(use, parts[0]),
    entries: parts.map(({ entry }) => entry),
  };
}

/** A matrix behind a Transpose is a transposed matrix; whatever else is moved must be restored first. */
function useOf(use: WeightUse, { isWhole, axes }: ConstantSource): WeightUse {
  if (isWhole && axes.every((axis, index) => axis === index)) return use;
  const isSwapped = isWhole && axes.length === 2 && axes[0] === 1;
  if (isSwapped && use.kind === 'matrix') return { kind: 'matrix', transposed: !use.transposed };
  return { kind: 'other' };
}

function reasonToLeave(node: Node, layers: readonly Layer[]): string | undefined {
  if (QUANTIZED_OPERATORS.has(node.opType)) return alreadyQuantized();
  if (ruleFor(node) !== undefined && readsQuantized(node)) return alreadyQuantized();
  for (const { weight } of layers) {
    if (weight.form === 'sparse') return sparseWeight();
    if (!FLOAT_TYPES.has(weight.tensor.dataType)) return unsupportedType(weight.tensor.dataType);
  }
  return undefined;
}
