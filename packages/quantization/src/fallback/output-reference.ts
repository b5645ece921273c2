import { type Calibration, type Context, type Feeds, pickSamples } from '@onnx-compress/core';
import { type Model, readFloats, type Tensor } from '@onnx-compress/graph';

/** Samples that outputs are compared on, at most. */
const MOST_SAMPLES = 32;

/** What is above this counts as exact. */
const EXACT_DB = 200;

type Running = Pick<Context, 'runs' | 'signal'>;

/** Numbers of all float outputs, in the order of their names. */
async function floatsOf(outputs: ReadonlyMap<string, Tensor>): Promise<Float32Array[]> {
  const named = [...outputs]
    .filter(([, { dataType }]) => dataType.includes('float'))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Promise.all(named.map(async ([, tensor]) => (await readFloats(tensor)).slice()));
}

/** What a model makes of some samples, to hold others against. */
export class OutputReference {
  private constructor(
    private readonly samples: Calibration,
    private readonly outputs: readonly (readonly Float32Array[])[],
  ) {}

  /**
   * Runs the model on at most 32 samples, spread over all.
   *
   * @throws CancelledError when the signal fires
   */
  static async of(model: Model, calibration: Calibration, { runs, signal }: Running): Promise<OutputReference> {
    const { count } = calibration;
    const isTaken = (index: number) =>
      Math.floor((index * MOST_SAMPLES) / count) < Math.floor(((index + 1) * MOST_SAMPLES) / count);
    const samples = count <= MOST_SAMPLES ? calibration : pickSamples(calibration, isTaken);
    const outputs: Float32Array[][] = [];
    await runs.run(model, samples.samples(), async (found) => void outputs.push(await floatsOf(found)), signal);
    return new OutputReference(samples, outputs);
  }

  /**
   * Signal-to-noise ratio of another model's outputs in dB, of the one output that is worst; over all samples.
   *
   * @throws CancelledError when the signal fires
   */
  async snrOf(candidate: Model, { runs, signal }: Running): Promise<number> {
    const energies = (this.outputs[0] ?? []).map(() => ({ signal: 0, noise: 0 }));
    const add = async (found: ReadonlyMap<string, Tensor>, sample: number) => {
      const values = await floatsOf(found);
      for (const [output, energy] of energies.entries()) {
        const [wanted, given] = [this.outputs[sample]?.[output], values[output]];
        if (wanted === undefined || given === undefined) continue;
        for (const [index, value] of wanted.entries()) {
          energy.signal += value * value;
          energy.noise += (value - (given[index] ?? Number.NaN)) ** 2;
        }
      }
    };
    await runs.run(candidate, this.#feeds(), add, signal);
    return Math.min(...energies.map(({ signal: energy, noise }) => decibels(energy, noise)));
  }

  #feeds(): AsyncIterable<Feeds> {
    return this.samples.samples();
  }
}

function decibels(energy: number, noise: number): number {
  if (!Number.isFinite(noise)) return Number.NEGATIVE_INFINITY;
  return noise === 0 ? EXACT_DB : Math.min(EXACT_DB, 10 * Math.log10(energy / noise));
}
