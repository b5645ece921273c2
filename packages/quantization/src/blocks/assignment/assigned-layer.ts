import { type LinearLayer, linearLayer } from '@onnx-compress/recovery';
import type { WeightGroup } from '../../placement/weight-group.js';

/** Inputs of one output channel, at most: Gram matrices and their factors take 32 bytes for each pair of them. */
const MOST_COLUMNS = 3072;

/** A weight whose integers can be chosen by what its layer makes of samples. */
export interface AssignedLayer {
  readonly group: WeightGroup;
  readonly layer: LinearLayer;
}

/** The layers whose inputs can be looked at: those that read a weight alone, as the right side of a product. */
export function assignedLayers(groups: readonly WeightGroup[]): readonly AssignedLayer[] {
  return groups.flatMap((group) => {
    const [first, ...others] = group.layers;
    const layer = linearLayer(first.node);
    if (layer === undefined || others.length > 0 || layer.columns > MOST_COLUMNS) return [];
    if (layer.weight.value !== group.weight.value || first.node.float('alpha', 1) !== 1) return [];
    return layer.contraction.outputAxis === group.channelAxis ? [{ group, layer }] : [];
  });
}
