import { type Model, type Node, present, type Use, type Value } from '@onnx-compress/graph';
import type { ActivationScale } from '../../activations/activation-scale.js';
import type { StaticPlan } from '../../placement/static-plan.js';
import { UNNAMED } from '../rewrite-node.js';
import { freeActivationsBehindProducts } from './activation-behind-product.js';
import { dequantizedBefore } from './dequantize.js';
import { quantizeConstant } from './quantized-constant.js';
import { addActivationScale, type ScaleNames } from './shared-scale.js';

/** An input slot. */
type InputUse = Extract<Use, { kind: 'input' }>;

/**
 * Puts the values of a plan behind QuantizeLinear and DequantizeLinear; the values of a class read one scale and one
 * zero point. What a node of the plan computes is integers for all its readers, and a graph output keeps its name.
 * What a float node computes, or a caller feeds, is integers for the nodes of the plan only.
 *
 * The layers of the plan must have been rewritten before: their biases depend on the scales.
 */
export function quantizeValues(model: Model, plan: StaticPlan, scales: ReadonlyMap<Value, ActivationScale>): void {
  for (const { values } of plan.classes) {
    let shared: ScaleNames | undefined;
    for (const value of values) {
      if (!isQuantized(value, plan.nodes)) continue;
      const activation = present(scales.get(value), `scale of ${value.name}`);
      shared ??= addActivationScale(model.graph, value.name, activation);
      const readers = value.uses.filter((use) => readsIntegers(use, plan.nodes));
      if (value.weight) quantizeConstant(value.weight, readers, activation, shared);
      else quantizeValue(value, readers, isComputed(value, plan.nodes), shared);
    }
  }
  freeActivationsBehindProducts(plan.nodes);
}

function isQuantized(value: Value, nodes: ReadonlySet<Node>): boolean {
  return isComputed(value, nodes) || value.uses.some((use) => readsIntegers(use, nodes));
}

/** True where a node of the plan computes it, so that there are no floats that others could read. */
function isComputed({ producer }: Value, nodes: ReadonlySet<Node>): boolean {
  return producer !== undefined && nodes.has(producer);
}

function readsIntegers(use: Use, nodes: ReadonlySet<Node>): use is InputUse {
  return use.kind === 'input' && nodes.has(use.node);
}

function quantizeValue(value: Value, readers: readonly InputUse[], isComputed: boolean, scale: ScaleNames): void {
  const askers = isComputed ? value.uses.filter(asksForShape) : [];
  const onlyIntegers = readers.length + askers.length === value.uses.length;
  const integers = isComputed ? quantizeOutput(value, scale) : quantizeBehind(value, scale);
  for (const { node, index } of askers) node.setInput(index, integers);
  for (const { node, index } of isComputed && onlyIntegers ? readers.slice(1) : readers) {
    node.setInput(index, dequantizedBefore(node, value.name, [integers, ...scale]));
  }
}

/** The shape of integers does as well; asking floats for it would keep a DequantizeLinear busy. */
function asksForShape(use: Use): use is InputUse {
  return use.kind === 'input' && (use.node.opType === 'Shape' || use.node.opType === 'Size');
}

/** Integers in the place of the value, and floats again under its name: whoever reads it notices nothing. */
function quantizeOutput(value: Value, scale: ScaleNames): string {
  const { graph, name } = value;
  const producer = present(value.producer, `producer of ${name}`);
  const floats = graph.uniqueName(`${name}_raw`);
  producer.setOutput(value.producerIndex, floats);
  const integers = graph.uniqueName(`${name}_q`);
  const node = { ...UNNAMED, opType: 'QuantizeLinear', inputs: [floats, ...scale], outputs: [integers] };
  const quantize = graph.addNode(node, { after: producer });
  const dequantize = { ...UNNAMED, opType: 'DequantizeLinear', inputs: [integers, ...scale], outputs: [name] };
  graph.addNode(dequantize, { after: quantize });
  return integers;
}

/** Integers beside the value. */
function quantizeBehind({ graph, name, producer }: Value, scale: ScaleNames): string {
  const integers = graph.uniqueName(`${name}_q`);
  const node = { ...UNNAMED, opType: 'QuantizeLinear', inputs: [name, ...scale], outputs: [integers] };
  graph.addNode(node, producer ? { after: producer } : 'start');
  return integers;
}
