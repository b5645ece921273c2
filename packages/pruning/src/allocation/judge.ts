import type { Calibration, Context, Feeds } from '@onnx-compress/core';
import { type Model, readFloats, type Tensor } from '@onnx-compress/graph';
import { outputDamage } from './output-damage.js';
import type { OutputValues } from './output-kind.js';

/** Most memory for samples and for what the original makes of them, in bytes. */
const MOST_BYTES = 128 * 2 ** 20;

/** Samples that are taken however large they are. */
const FEWEST = 2;

/** The damage of a model that computes no numbers any more. */
const RUINED = 100;

type Damage = ReturnType<typeof outputDamage>;

/** The outputs of one run that hold real numbers. */
async function* floatsOf(outputs: ReadonlyMap<string, Tensor>): AsyncGenerator<readonly [string, OutputValues]> {
  for (const [name, tensor] of outputs) {
    if (tensor.dataType.includes('float')) yield [name, { dims: tensor.dims, values: await readFloats(tensor) }];
  }
}

const bytesOf = (tensors: ReadonlyMap<string, Tensor>) =>
  [...tensors.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);

/** Judges changed models by how their outputs differ from those of the original, on samples that it keeps in memory. */
export class Judge {
  private constructor(
    private readonly feeds: readonly Feeds[],
    private readonly damages: ReadonlyMap<string, Damage>,
  ) {}

  /**
   * Runs the original.
   *
   * @returns undefined where no output holds real numbers
   * @throws CancelledError when the signal fires
   */
  static async of(
    original: Model,
    calibration: Calibration,
    { runs, signal }: Pick<Context, 'runs' | 'signal'>,
  ): Promise<Judge | undefined> {
    const feeds: Feeds[] = [];
    const samples = new Map<string, OutputValues[]>();
    let bytes = 0;
    async function* kept(): AsyncGenerator<Feeds> {
      for await (const sample of calibration.samples()) {
        if (bytes > MOST_BYTES && feeds.length >= FEWEST) return;
        bytes += bytesOf(sample);
        feeds.push(sample);
        yield sample;
      }
    }
    const take = async (outputs: ReadonlyMap<string, Tensor>) => {
      bytes += bytesOf(outputs);
      for await (const [name, { dims, values }] of floatsOf(outputs)) {
        samples.set(name, [...(samples.get(name) ?? []), { dims, values: values.slice() }]);
      }
    };
    await runs.run(original, kept(), take, signal);
    const damages = new Map(Array.from(samples, ([name, own]) => [name, outputDamage(own)] as const));
    return damages.size === 0 ? undefined : new Judge(feeds, damages);
  }

  /** How many samples there are. */
  get samples(): number {
    return this.feeds.length;
  }

  /**
   * The damage of a changed model: the mean over the samples, summed over the outputs.
   *
   * @throws CancelledError when the signal fires
   */
  async damageOf(changed: Model, { runs, signal }: Pick<Context, 'runs' | 'signal'>): Promise<number> {
    let total = 0;
    const take = async (outputs: ReadonlyMap<string, Tensor>, sample: number) => {
      for await (const [name, { values }] of floatsOf(outputs)) total += this.damages.get(name)?.(sample, values) ?? 0;
    };
    await runs.run(changed, this.#again(), take, signal);
    const damage = total / this.feeds.length;
    return Number.isFinite(damage) ? Math.min(damage, RUINED) : RUINED;
  }

  async *#again(): AsyncGenerator<Feeds> {
    yield* this.feeds;
  }
}
