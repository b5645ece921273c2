import type { ChannelValue } from '@onnx-compress/core';
import type { Node, Value } from '@onnx-compress/graph';
import { activationOf } from '../activations/activation.js';
import { type WeightedLayer, weightedLayer } from '../activations/weighted-layer.js';
import type { Engine } from '../axes/engine.js';
import type { Group } from './group.js';
import { atomsAlong, type Places, unitsAmong } from './places.js';

/** A value in which channels of a group can be seen while the model runs. */
export interface Observation {
  /** The node that computes the channels. */
  readonly node: Node;
  readonly value: ChannelValue;
  /** For each position of the channel axis that is a channel of the group, the index of its unit. */
  readonly unitOf: ReadonlyMap<number, number>;
}

/** What a layer multiplies a weight by. */
export interface LayerInput {
  readonly layer: WeightedLayer;
  /** The value that is multiplied, with the axis along which the products are summed. */
  readonly value: ChannelValue;
}

/** Only values of the main graph can be made outputs. */
const isObservable = ({ graph }: Value) => graph.kind === 'main';

function observedIn(node: Node, value: Value, engine: Engine, group: Group, places: Places): Observation | undefined {
  const axes = isObservable(value) ? (engine.axesOf(value) ?? []) : [];
  for (const [axis, factors] of axes.entries()) {
    const unitOf = unitsAmong(atomsAlong(factors), places).get(group);
    if (unitOf !== undefined) return { node, value: { name: value.name, rank: axes.length, axis }, unitOf };
  }
  return undefined;
}

/** What the nodes that compute the channels of a group make of them behind their activation functions, each value once. */
export function activationsOf(engine: Engine, group: Group, places: Places): readonly Observation[] {
  const observations = new Map<string, Observation>();
  for (const { node } of group.producers) {
    const outputs = node.outputs.flatMap((_, index) => node.output(index) ?? []);
    for (const output of outputs) {
      const observed = observedIn(node, activationOf(output), engine, group, places);
      if (observed !== undefined && !observations.has(observed.value.name)) {
        observations.set(observed.value.name, observed);
      }
    }
  }
  return [...observations.values()];
}

/** What a node multiplies the weight at this input by; undefined where it multiplies nothing, or nothing observable. */
export function layerInput(engine: Engine, node: Node, weightInput: number): LayerInput | undefined {
  const layer = weightedLayer(node, weightInput);
  if (layer === undefined || !isObservable(layer.data)) return undefined;
  const rank = engine.axesOf(layer.data)?.length;
  if (rank === undefined) return undefined;
  const axis = layer.dataAxis < 0 ? layer.dataAxis + rank : layer.dataAxis;
  return { layer, value: { name: layer.data.name, rank, axis } };
}
