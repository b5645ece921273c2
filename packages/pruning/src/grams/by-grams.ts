import { present } from '@onnx-compress/graph';
import { type CentredGram, inputGrams, type LinearLayer } from '@onnx-compress/recovery';
import type { Criterion, ScoringContext } from '../criteria/criterion.js';
import { samplesMissing } from '../messages.js';
import { type Contributions, contributionsOf, type UnitMap } from './contributions.js';
import type { GroupJudge } from './group-judge.js';
import { type LayerPart, layerParts } from './layer-parts.js';
import { OpenGroup } from './open-group.js';

/** The contributions of units to all outputs of a layer. */
async function ofAllParts(
  parts: readonly LayerPart[],
  maps: readonly UnitMap[],
  context: ScoringContext,
): Promise<Contributions> {
  const products = maps.map(({ units }) => new Float64Array(units * units));
  let energy = 0;
  for (const part of parts) {
    const own = await contributionsOf(part, maps, context);
    energy += own.energy;
    for (const [index, sums] of products.entries()) addTo(sums, present(own.products[index], 'products'));
  }
  return { energy, products };
}

function addTo(sums: Float64Array, values: Float64Array): void {
  for (const [index, value] of values.entries()) sums[index] = (sums[index] ?? 0) + value;
}

/** Shows a layer to all groups that it reads. */
async function show(
  layer: LinearLayer,
  grams: readonly CentredGram[],
  groups: readonly OpenGroup[],
  context: ScoringContext,
): Promise<void> {
  const parts = await layerParts(layer, grams, context);
  const readings = groups.flatMap((group) => {
    const map = group.unitsIn(layer);
    return map === undefined ? [] : [{ group, map }];
  });
  const { energy, products } = await ofAllParts(
    parts,
    readings.map(({ map }) => map),
    context,
  );
  for (const [index, { group, map }] of readings.entries()) {
    const contributions = present(products[index], 'products');
    await group.see({ unitOfColumn: map.unitOfColumn, parts, energy, contributions });
  }
}

/** Layers in the order of the groups that they read, each once, so that few groups are open at a time. */
function layersOf(groups: readonly OpenGroup[]): readonly LinearLayer[] {
  return [...new Map(groups.flatMap(({ layers }) => layers).map((layer) => [layer.node, layer])).values()];
}

/**
 * Scores groups from the Gram matrices of what the layers are fed with that read them, each about its mean, since biases
 * take over means.
 *
 * @param judgeOf makes the judge of a group
 */
export function byGrams(judgeOf: (units: number, context: ScoringContext) => GroupJudge): Criterion {
  return async (members, context) => {
    const { model, calibration, progress } = context;
    if (calibration === undefined || calibration.count === 0) throw samplesMissing();
    const groups = members.map((group) => new OpenGroup(group, (units) => judgeOf(units, context)));
    const layers = layersOf(groups);
    let done = 0;
    const onSample = () => progress(done, layers.length, 'samples');
    await inputGrams(model, layers, { ...context, calibration, onSample }, async (layer, grams) => {
      progress(done, layers.length, layer.node.label);
      await show(layer, grams, groups, context);
      progress(++done, layers.length);
    });
    return groups.map(({ scores }) => scores);
  };
}
