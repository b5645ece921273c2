import type { Model, ShapeTable } from '@onnx-compress/graph';
import type { Layer } from '../../layers/layer.js';
import { sharesWeight } from '../../messages.js';
import { groupByWeight } from '../weight-group.js';
import { findUnits } from './find-units.js';
import { keptInFloat } from './float-rules.js';
import { hasIntegerKernel, layerObstacle } from './integer-obstacle.js';
import type { KernelTimes } from './kernel-times.js';
import type { Unit, Units } from './unit.js';

/** What a choice of sides is made from. */
export interface Candidates {
  readonly units: Units;
  /** Units that may run on integers. */
  readonly possible: ReadonlySet<Unit>;
  /** Layers among them that share a weight. */
  readonly together: readonly (readonly Unit[])[];
  /** Layers that stay in floats in any case, and why. */
  readonly reasons: ReadonlyMap<Layer, string>;
}

/**
 * Finds the units that an integer kernel exists for and no rule keeps in floats.
 *
 * @param strict see `keptInFloat`
 */
export function findCandidates(
  model: Model,
  layers: readonly Layer[],
  types: ShapeTable,
  times: KernelTimes,
  strict: boolean,
): Candidates {
  const obstacles = new Map(layers.map((layer) => [layer, layerObstacle(layer, types, times)]));
  const weighted = layers.filter((layer) => obstacles.get(layer) === undefined);
  const units = findUnits(model.graph, new Map(weighted.map((layer) => [layer.node, layer])), types);
  const kept = keptInFloat(units, times, strict);
  const unitOf = ({ node }: Layer) => units.of.get(node);
  const reasonOf = (layer: Layer) => obstacles.get(layer) ?? reasonAmong(kept, unitOf(layer));
  const reasons = shareReasons(layers, reasonOf);
  const operators = units.all.filter((unit) => unit.layer === undefined && hasIntegerKernel(unit, types, times));
  const open = weighted.filter((layer) => !reasons.has(layer));
  return {
    units,
    possible: new Set([
      ...operators.filter((unit) => !kept.has(unit)),
      ...open.flatMap((layer) => unitOf(layer) ?? []),
    ]),
    together: groupByWeight(open).map((group) => group.layers.flatMap((layer) => unitOf(layer) ?? [])),
    reasons,
  };
}

function reasonAmong(reasons: ReadonlyMap<Unit, string>, unit: Unit | undefined): string | undefined {
  return unit && reasons.get(unit);
}

/** What keeps one layer in floats keeps those there that share its weight. */
function shareReasons(
  layers: readonly Layer[],
  reasonOf: (layer: Layer) => string | undefined,
): ReadonlyMap<Layer, string> {
  const reasons = new Map<Layer, string>();
  for (const group of groupByWeight(layers)) {
    const float = group.layers.find((layer) => reasonOf(layer) !== undefined);
    if (float === undefined) continue;
    for (const layer of group.layers) reasons.set(layer, reasonOf(layer) ?? sharesWeight(float.node.label));
  }
  return reasons;
}
