import { type Calibration, type Context, pickSamples } from '@onnx-compress/core';
import { type Model, readFloats, type Tensor } from '@onnx-compress/graph';

/** Samples that outputs are compared on, at most, where nothing else is said. */
const MOST_SAMPLES = 32;

/** What is above this counts as exact. */
const EXACT_DB = 200;

type Running = Pick<Context, 'runs' | 'signal'>;

/** How near outputs are to those of the reference, of the one output that is worst; over all samples. */
export interface OutputLikeness {
  /** Signal-to-noise ratio in dB, 200 at most; minus infinity where there are numbers that are not finite. */
  readonly snrDb: number;
  /** Cosine of the angle between both; not a number where there are numbers that are not finite. */
  readonly cosine: number;
}

/** Sums over the numbers of one output. */
interface Sums {
  wanted: number;
  given: number;
  products: number;
  noise: number;
}

/** Numbers of all float outputs, in the order of their names. */
async function floatsOf(outputs: ReadonlyMap<string, Tensor>): Promise<Float32Array[]> {
  const named = [...outputs]
    .filter(([, { dataType }]) => dataType.includes('float'))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Promise.all(named.map(async ([, tensor]) => (await readFloats(tensor)).slice()));
}

function addTo(sums: Sums, wanted: Float32Array, given: Float32Array): void {
  for (const [index, value] of wanted.entries()) {
    const other = given[index] ?? Number.NaN;
    sums.wanted += value * value;
    sums.given += other * other;
    sums.products += value * other;
    sums.noise += (value - other) ** 2;
  }
}

function decibels({ wanted, noise }: Sums): number {
  if (!Number.isFinite(noise)) return Number.NEGATIVE_INFINITY;
  return noise === 0 ? EXACT_DB : Math.min(EXACT_DB, 10 * Math.log10(wanted / noise));
}

const cosineOf = ({ wanted, given, products, noise }: Sums) =>
  noise === 0 ? 1 : products / Math.sqrt(wanted * given || Number.MIN_VALUE);

/** What a model makes of some samples, to hold others against. */
export class OutputReference {
  private constructor(
    private readonly samples: Calibration,
    private readonly outputs: readonly (readonly Float32Array[])[],
  ) {}

  /**
   * Runs the model on so many samples at most, spread over all.
   *
   * @throws CancelledError when the signal fires
   */
  static async of(
    model: Model,
    calibration: Calibration,
    { runs, signal }: Running,
    most = MOST_SAMPLES,
  ): Promise<OutputReference> {
    const { count } = calibration;
    const isTaken = (index: number) => Math.floor((index * most) / count) < Math.floor(((index + 1) * most) / count);
    const samples = count <= most ? calibration : pickSamples(calibration, isTaken);
    const outputs: Float32Array[][] = [];
    await runs.run(model, samples.samples(), async (found) => void outputs.push(await floatsOf(found)), signal);
    return new OutputReference(samples, outputs);
  }

  /**
   * Holds another model against this one.
   *
   * @throws CancelledError when the signal fires
   */
  async compare(candidate: Model, { runs, signal }: Running): Promise<OutputLikeness> {
    const all = (this.outputs[0] ?? []).map((): Sums => ({ wanted: 0, given: 0, products: 0, noise: 0 }));
    const add = async (found: ReadonlyMap<string, Tensor>, sample: number) => {
      const values = await floatsOf(found);
      for (const [output, sums] of all.entries()) {
        const [wanted, given] = [this.outputs[sample]?.[output], values[output]];
        if (wanted !== undefined && given !== undefined) addTo(sums, wanted, given);
      }
    };
    await runs.run(candidate, this.samples.samples(), add, signal);
    return { snrDb: Math.min(...all.map(decibels)), cosine: Math.min(...all.map(cosineOf)) };
  }
}
