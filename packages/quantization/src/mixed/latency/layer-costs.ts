import { answerOf, type Context, type ModelTime } from '@onnx-compress/core';
import type { Model, Node } from '@onnx-compress/graph';
import { latencyNotMeasured } from '../../messages.js';
import type { Format } from '../format.js';
import type { LayerChoices } from '../layer-choices.js';
import type { FormatTrials } from '../try-formats.js';
import { type NodeLayers, nodeLayers } from './node-layers.js';

/** Milliseconds of one inference, as far as layers account for them. */
export interface LayerCosts {
  /** What a layer takes in a format, with all nodes that stand for it. */
  readonly costOf: (label: string, format: Format) => number;
  /** What no layer takes. */
  readonly fixed: number;
  /** The original as a whole. */
  readonly before: number;
}

/** What each layer takes of a measured model, and what is left. */
interface Shared {
  readonly layers: ReadonlyMap<string, number>;
  readonly rest: number;
}

function nodesByLabel(model: Model): ReadonlyMap<string, readonly Node[]> {
  const found = new Map<string, Node[]>();
  for (const node of model.nodes()) {
    const known = found.get(node.label) ?? [];
    found.set(node.label, known);
    known.push(node);
  }
  return found;
}

/** Nodes that a format adds may have no names of their own: those with the same label share its time alike. */
function shared(copy: Model, { nodes, elsewhere }: ModelTime, owners: NodeLayers): Shared {
  const alike = nodesByLabel(copy);
  const layers = new Map<string, number>();
  let rest = elsewhere;
  for (const [label, time] of nodes) {
    const named = alike.get(label) ?? [];
    for (const node of named) {
      const layer = owners.get(node);
      if (layer === undefined) rest += time / named.length;
      else layers.set(layer, (layers.get(layer) ?? 0) + time / named.length);
    }
  }
  return { layers, rest };
}

/**
 * Times the copies in which all layers have the same format beside the original. What a layer takes in a format is taken
 * from the copy in that format, with all that runs behind it up to the next layer.
 *
 * @throws StepError `LATENCY_NOT_MEASURED` where the model cannot be timed
 * @throws CancelledError when the signal fires
 */
export async function layerCosts(
  model: Model,
  groups: readonly LayerChoices[],
  trials: FormatTrials,
  { nodeTimes, signal }: Context,
): Promise<LayerCosts> {
  const layers = new Set(groups.flatMap(({ labels }) => labels));
  const known = new Set(Array.from(model.nodes(), ({ label }) => label));
  const changed = [...trials].filter(([{ transform }]) => transform !== undefined);
  const models = [model, ...changed.map(([, trial]) => trial.model)];
  const times = await answerOf(nodeTimes.measure(models, signal), latencyNotMeasured, signal);
  const [original, ...copies] = models.map((copy, index) => {
    const time = times[index] ?? { nodes: new Map(), elsewhere: 0 };
    return shared(copy, time, nodeLayers(copy, layers, known));
  });
  const before =
    original === undefined ? 0 : [...original.layers.values()].reduce((sum, time) => sum + time, original.rest);
  if (original === undefined || !(before > 0)) throw latencyNotMeasured(undefined);
  const byFormat = new Map(changed.map(([format], index) => [format, copies[index]]));
  const costOf = (label: string, format: Format) => (byFormat.get(format) ?? original).layers.get(label) ?? 0;
  return { costOf, fixed: original.rest, before };
}
