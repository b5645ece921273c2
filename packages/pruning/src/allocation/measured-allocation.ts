import type { Context, StepResult } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import type { Prunable } from '../analysis/prunable.js';
import { measuresAllocation, type StructuredOptions } from '../criteria/options.js';
import { labelsOf } from '../groups/group.js';
import { outputsNotMeasured, tooFewSamples } from '../messages.js';
import type { Decision, ScoredGroup } from '../selection/decision.js';
import type { FindPrunable } from '../surgery/pruned-copy.js';
import { divideCalibration, FEWEST_SAMPLES } from './calibration-shares.js';
import { damageAt } from './damage-curve.js';
import { damageFigure } from './damage-figure.js';
import { Judge } from './judge.js';
import { type Measuring, measureDamage } from './measure-damage.js';

/** What an allocation is measured for. */
export interface AllocationWork {
  readonly model: Model;
  readonly options: StructuredOptions;
  readonly find: FindPrunable;
  readonly context: Context;
}

/** Scored groups as they come, or with curves of the damage that they do to the outputs of the model. */
export interface Allocation {
  /**
   * Measures the groups of the model, or of a copy that is pruned and repaired already.
   *
   * @throws CancelledError when the signal fires
   */
  measure(
    model: Model,
    prunable: Prunable,
    scored: readonly ScoredGroup[],
    context: Context,
  ): Promise<readonly ScoredGroup[]>;
  /** What a report says of the choice. */
  tell(scored: readonly ScoredGroup[], decisions: readonly Decision[]): Pick<StepResult, 'metrics' | 'figures'>;
}

const BY_SCORES: Allocation = {
  measure: async (_model, _prunable, scored) => scored,
  tell: () => ({ metrics: {} }),
};

/** The sum of what the groups do one by one: a forecast of what they do together. */
function forecastOf(scored: readonly ScoredGroup[], decisions: readonly Decision[]): number {
  const kept = new Map(decisions.map(({ group, units }) => [group, group.units.length - units.length]));
  return scored.reduce(
    (sum, { group, damage }) => sum + (damage === undefined ? 0 : damageAt(damage, kept.get(group) ?? 0)),
    0,
  );
}

function byMeasurement(original: Model, measuring: Measuring, { drawsFigures }: Context): Allocation {
  const { judge } = measuring;
  let before = 0;
  return {
    async measure(model, prunable, scored, context) {
      before = model === original ? 0 : await judge.damageOf(model, context);
      return measureDamage({ model, prunable, scored, damage: before }, measuring, context);
    },
    tell(scored, decisions) {
      const curves = scored.flatMap(({ group, damage }) =>
        damage === undefined ? [] : [{ label: labelsOf(group)[0] ?? '', curve: damage }],
      );
      const metrics = { forecastDamage: before + forecastOf(scored, decisions), damageSamples: judge.samples };
      return { metrics, ...(drawsFigures && curves.length > 0 && { figures: [damageFigure(curves)] }) };
    },
  };
}

/**
 * How it is decided where the units of a budget go: by curves of measured damage where there are samples, by scores
 * otherwise.
 *
 * @throws StepError where a measurement is asked for and not possible
 */
export async function allocationOf({ model, options, find, context }: AllocationWork): Promise<Allocation> {
  const { calibration } = context;
  const asked = options.allocation === 'measured';
  if (!measuresAllocation(options)) return BY_SCORES;
  if (calibration === undefined || calibration.count < FEWEST_SAMPLES) {
    if (asked) throw tooFewSamples(FEWEST_SAMPLES, calibration?.count ?? 0);
    return BY_SCORES;
  }
  const { fitting, judging } = divideCalibration(calibration);
  const judge = await Judge.of(model, judging, context);
  if (judge !== undefined) return byMeasurement(model, { judge, fitting, options, find }, context);
  if (asked) throw outputsNotMeasured();
  return BY_SCORES;
}
