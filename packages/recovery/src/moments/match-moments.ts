import type { LayerRepair } from '@onnx-compress/core';
import { present, type ShapeTable } from '@onnx-compress/graph';
import type { ModelPair } from '../model-pair.js';
import { nodesBehind } from '../sequence/partial-model.js';
import { Resumption, resumptionCosts } from '../sequence/resumption.js';
import { sampleDims } from '../sequence/sample-dims.js';
import { wavesOf } from '../sequence/waves.js';
import { type MomentContext, Passes } from './passes.js';
import { unknownChannels } from './reasons.js';
import { repairTarget } from './repair-target.js';
import type { Deviations } from './rescaling.js';
import { type Target, targetsIn } from './target.js';

/** What is matched. */
export interface MomentOptions {
  /** Whether deviations are matched too, or means only; default true. */
  readonly variance?: boolean;
}

/** Repairs the layers wave by wave; returns what was done, by label. */
async function repairInWaves(
  { original, changed }: ModelPair,
  targets: readonly Target[],
  context: MomentContext,
  variance: boolean,
  types: ShapeTable,
): Promise<ReadonlyMap<string, LayerRepair>> {
  const waves = wavesOf(changed.graph, targets);
  const passes = new Passes(context, waves.length + 1);
  const deviations: Deviations = variance ? { match: true, samples: passes.samples } : { match: false };
  const wanted = await passes.measure(
    original,
    targets.map(({ reference }) => reference),
  );
  const references = new Map(targets.map((target, index) => [target, present(wanted[index], 'reference')]));
  const repairs = new Map<string, LayerRepair>();
  const { runs, signal } = context;
  const sampling = { runs, signal, calibration: passes.calibration };
  const resumption = new Resumption(changed, sampling, resumptionCosts(original, types));
  for (const [index, wave] of waves.entries()) {
    const left = waves.slice(index).flatMap((targetsOfWave) => targetsOfWave.map(({ node }) => node));
    await resumption.advance(nodesBehind(changed, left));
    const values = wave.map(({ value }) => value);
    const measured = await passes.measure(resumption.rest(), values, resumption.calibration);
    for (const [place, target] of wave.entries()) {
      const reference = present(references.get(target), 'reference');
      const repair = await repairTarget(target, reference, present(measured[place], 'measurement'), deviations);
      if (repair !== undefined) repairs.set(target.node.label, repair);
    }
  }
  return repairs;
}

/**
 * Gives every output channel of every layer behind a change the mean and the standard deviation that it had in the
 * original, measured on samples, from front to back: layers at the same depth are measured together, those behind them
 * once they are repaired. The shift goes into the bias, the scale into the weight; a BatchNormalization directly behind a
 * layer gets other running statistics instead. Few samples are believed less: see `rescalingTo`.
 *
 * Every fifth sample is held out. A repair is dropped, and reported with the reason, where it does not bring means and
 * deviations closer to those of the original on these. That the difference position by position falls is not asked for:
 * a layer that has lost part of its signal is often louder by the error when its deviation is restored, and the model
 * still better for it. Layers that compute the same as before are not reported.
 *
 * @returns what was done for each layer, in the order of execution
 * @throws CancelledError when the signal fires
 * @example
 * const kept = new Map([['conv1', { outputs: [0, 2, 3] }]]);
 * const repairs = await matchMoments({ original, changed, kept }, context);
 */
export async function matchMoments(
  pair: ModelPair,
  context: MomentContext,
  { variance = true }: MomentOptions = {},
): Promise<readonly LayerRepair[]> {
  const { shapes, calibration, dims, signal } = context;
  const types = await shapes.infer(pair.original, await sampleDims(pair.original, calibration, dims), signal);
  const found = await targetsIn(pair, types);
  const targets = found.flatMap((each) => each.target ?? []);
  const repairs = await repairInWaves(pair, targets, context, variance, types);
  return found.flatMap(({ node, target }) => {
    if (target !== undefined) return repairs.get(node.label) ?? [];
    return { node: node.label, method: undefined, reason: unknownChannels() };
  });
}
