import type { ChannelValue } from '@onnx-compress/core';
import { executionOrder, type Node, type ShapeTable, type Value } from '@onnx-compress/graph';
import { biasOf } from '../layers/add-to-bias.js';
import { type LinearLayer, linearLayer } from '../layers/linear-layer.js';
import type { Rectifier } from '../least-squares/layer-problem.js';
import type { ModelPair } from '../model-pair.js';
import * as reasons from '../reasons.js';
import { changedValues } from './changed-values.js';
import { type EffectiveLayer, scalingOf } from './effective-layer.js';
import { channelValueOf, layerOutput, normalizationBehind } from './measured-value.js';
import { rectifierBehind } from './rectifier.js';
import { type Residual, residualBehind } from './residual.js';

/** A layer to be repaired: how it is fed and what it should compute. */
export interface LayerTask extends EffectiveLayer {
  readonly original: LinearLayer;
  /** What the layer computes, its bias included. */
  readonly output: Value;
  /** The same in the original, behind the normalization where there is one. */
  readonly reference: ChannelValue;
  /** Output channels of the original that are left. */
  readonly kept: readonly number[];
  /** In the original; both models have values of these names. */
  readonly residual: Residual | undefined;
  /** The other operand of that sum in the changed model, which is repaired before. */
  readonly after: Value | undefined;
  readonly rectifier: Rectifier | undefined;
}

/** A layer that cannot be repaired. */
export interface Unrepairable {
  readonly node: Node;
  readonly reason: string;
}

const isShared = ({ weight }: LinearLayer) => weight.value.uses.length > 1;

/** The value where it is computed before the node: of two summands only the later one can make up for the other. */
function earlier(value: Value | undefined, node: Node): Value | undefined {
  const order = executionOrder(node.graph);
  const producer = value?.producer;
  return producer === undefined || order.indexOf(producer) < order.indexOf(node) ? value : undefined;
}

/** The output of the original behind its BatchNormalization, where the changed model still has that one. */
async function behindNormalization(output: Value, reference: Value) {
  const [own, other] = [normalizationBehind(output), normalizationBehind(reference)];
  const scaling = own !== undefined && own.label === other?.label ? await scalingOf(own) : undefined;
  return { scaling, reference: (scaling && other?.output(0)) ?? reference };
}

async function taskOf(
  node: Node,
  counterpart: Node,
  { changed, kept }: ModelPair,
  types: ShapeTable,
): Promise<LayerTask | Unrepairable | undefined> {
  const [layer, original] = [linearLayer(node), linearLayer(counterpart)];
  if (layer === undefined || original === undefined) return undefined;
  const outputs = kept?.get(node.label)?.outputs ?? [...Array(original.outputs).keys()];
  if (isShared(layer)) return { node, reason: reasons.sharedWeight() };
  const bias = await biasOf(node, layer.weight.tensor.dataType, layer.outputs);
  const output = await layerOutput(node, layer.outputs);
  const plain = await layerOutput(counterpart, original.outputs);
  if (bias === undefined || output === undefined || plain === undefined)
    return { node, reason: reasons.computedBias() };
  const { scaling, reference } = await behindNormalization(output, plain);
  const channels = channelValueOf(counterpart, reference, types);
  if (channels === undefined || outputs.length !== layer.outputs) return { node, reason: reasons.otherOutput() };
  const sum = residualBehind(reference, types);
  const after = sum && earlier(changed.graph.value(sum.other.name), node);
  const residual = after && sum;
  const isHidden = sum !== undefined && residual === undefined;
  const rectifier = isHidden ? undefined : await rectifierBehind(residual?.sum ?? reference);
  return { layer, original, bias, scaling, output, reference: channels, kept: outputs, residual, after, rectifier };
}

/** What there is to repair in a changed model, in the order of execution: the layers that are fed with other values. */
export async function tasksIn(pair: ModelPair, types: ShapeTable): Promise<readonly (LayerTask | Unrepairable)[]> {
  const { original, changed } = pair;
  const values = changedValues(original, changed);
  const counterparts = new Map(original.graph.nodes.map((node) => [node.label, node]));
  const tasks: (LayerTask | Unrepairable)[] = [];
  for (const node of executionOrder(changed.graph)) {
    const [data] = [node.input(0)];
    const counterpart = counterparts.get(node.label);
    if (data === undefined || !values.has(data) || counterpart?.opType !== node.opType) continue;
    const task = await taskOf(node, counterpart, pair, types);
    if (task !== undefined) tasks.push(task);
  }
  return tasks;
}
