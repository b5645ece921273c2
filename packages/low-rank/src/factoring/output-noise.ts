import type { Calibration, Context } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import { OutputReference } from '@onnx-compress/recovery';
import type { Engine } from '../engine/engine.js';
import type { InputStatistics } from '../metric/input-statistics.js';
import type { Choice, Ladder } from '../ranks/ladder.js';
import type { TargetsIn } from './factor-layers.js';
import { factorSite } from './factor-site.js';

/** The part of the energy that a layer loses when it is tried. */
const TRIED_LOSS = 0.05;

/** Samples that layers are tried on, at most. */
const MOST_SAMPLES = 8;

/** The choice whose loss is nearest to the one to try, by their ratio. */
function triedChoice({ choices }: Ladder): Choice | undefined {
  const distance = ({ loss }: Choice) => Math.abs(Math.log(Math.max(loss, 1e-9) / TRIED_LOSS));
  return choices.reduce<Choice | undefined>(
    (best, choice) => (best === undefined || distance(choice) < distance(best) ? choice : best),
    undefined,
  );
}

/** Tells how much noise in the outputs of a model comes with what one layer loses. */
export class OutputNoise {
  private constructor(
    private readonly original: Model,
    private readonly reference: OutputReference,
    private readonly targetsIn: TargetsIn,
    private readonly context: Context,
  ) {}

  /** @throws CancelledError when the signal fires */
  static async of(original: Model, samples: Calibration, targetsIn: TargetsIn, context: Context): Promise<OutputNoise> {
    const reference = await OutputReference.of(original, samples, context, MOST_SAMPLES);
    return new OutputNoise(original, reference, targetsIn, context);
  }

  /**
   * The ladder with a weight: the noise for each part of its energy that the layer loses, measured with this layer alone
   * factored. Losses of layers times their weights can then be compared.
   *
   * @throws CancelledError when the signal fires
   */
  async weighed(ladder: Ladder, statistics: readonly InputStatistics[], engine: Engine): Promise<Ladder> {
    const choice = triedChoice(ladder);
    if (choice === undefined || choice.loss === 0) return ladder;
    const copy = this.original.clone();
    const target = this.targetsIn(copy).get(ladder.site.node.label);
    const factored = await factorSite(ladder.site, choice.ranks, statistics, engine);
    if (target === undefined || factored === undefined) return ladder;
    await factored.write(target);
    const { snrDb } = await this.reference.compare(copy, this.context);
    return { ...ladder, weight: 10 ** (-snrDb / 10) / choice.loss };
  }
}
