import type { ChannelValue } from '@onnx-compress/core';
import { executionOrder, type Node, type ShapeTable, type Value } from '@onnx-compress/graph';
import { type LinearLayer, linearLayer } from '../layers/linear-layer.js';
import type { KeptChannels, ModelPair } from '../model-pair.js';
import { changedValues } from '../sequence/changed-values.js';
import { channelValueOf, layerOutput, normalizationBehind } from '../sequence/measured-value.js';

/** A layer of the changed model that may compute something else than in the original. */
export interface Target {
  readonly node: Node;
  /** Its counterpart in the original. */
  readonly original: LinearLayer;
  /** The BatchNormalization directly behind it, which takes the repair. */
  readonly normalization: Node | undefined;
  /** What is to be as in the original: in the changed model, and there. */
  readonly value: ChannelValue;
  readonly reference: ChannelValue;
  /** The value itself. */
  readonly output: Value;
  /** The channels of the original, in the order of those of the changed model. */
  readonly kept: readonly number[];
}

/** A layer that may need repair, and what to repair; no target where its output cannot be measured in both models. */
interface AffectedLayer {
  readonly node: Node;
  readonly target: Target | undefined;
}

/** What a layer computes in both models, normalizations behind it left aside. */
interface Outputs {
  readonly node: Node;
  readonly original: LinearLayer;
  readonly kept: readonly number[];
  readonly output: Value;
  readonly reference: Value;
}

/** The outputs of the layers, or those of the normalizations behind them where both models have them. */
function measured(outputs: Outputs, types: ShapeTable): Target | undefined {
  const { node, original, kept } = outputs;
  const [own, other] = [normalizationBehind(outputs.output), normalizationBehind(outputs.reference)];
  const behind = node.opType !== 'MatMul' && own?.label === other?.label ? own : undefined;
  const output = behind?.output(0) ?? outputs.output;
  const counterpart = behind && other?.output(0) ? other.output(0) : outputs.reference;
  const reference = counterpart && channelValueOf(original.node, counterpart, types);
  if (reference === undefined) return undefined;
  return { node, original, normalization: behind, value: { ...reference, name: output.name }, reference, output, kept };
}

async function targetOf(
  node: Node,
  original: LinearLayer,
  own: KeptChannels | undefined,
  types: ShapeTable,
): Promise<Target | undefined> {
  const kept = own?.outputs ?? [...Array(original.outputs).keys()];
  if ((linearLayer(node)?.outputs ?? kept.length) !== kept.length) return undefined;
  const output = await layerOutput(node, kept.length);
  const reference = await layerOutput(original.node, original.outputs);
  if (output === undefined || reference === undefined) return undefined;
  return measured({ node, original, kept, output, reference }, types);
}

/** True where a layer works with other values or weights than in the original, not only with fewer output channels. */
function isAffected(node: Node, own: KeptChannels | undefined, changed: ReadonlySet<Value>): boolean {
  const [data, output] = [node.input(0), node.output(0)];
  if (data !== undefined && changed.has(data)) return true;
  return own?.outputs === undefined && output !== undefined && changed.has(output);
}

/** The layers of the changed model that may need repair, in the order of execution. */
export async function targetsIn(
  { original, changed, kept }: ModelPair,
  types: ShapeTable,
): Promise<readonly AffectedLayer[]> {
  const values = changedValues(original, changed);
  const counterparts = new Map(original.graph.nodes.map((node) => [node.label, node]));
  const layers: AffectedLayer[] = [];
  for (const node of executionOrder(changed.graph)) {
    const counterpart = counterparts.get(node.label);
    const layer = counterpart?.opType === node.opType ? linearLayer(counterpart) : undefined;
    const own = kept?.get(node.label);
    if (layer === undefined || !isAffected(node, own, values)) continue;
    layers.push({ node, target: await targetOf(node, layer, own, types) });
  }
  return layers;
}
