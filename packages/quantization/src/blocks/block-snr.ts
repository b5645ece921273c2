import { type Bands, bandsOf, blockErrorEnergy, errorEnergy } from '@onnx-compress/math';
import { toLayout } from './block-view.js';
import { type ChosenBlocks, roundedByBlocks } from './chosen-blocks.js';

/** Numbers of a weight that are looked at, about, and in how many parts at most. */
const LOOKED_AT = 1 << 16;
const PARTS = 16;

/**
 * Signal-to-noise ratio of a weight in blocks, in dB; of a large one, of parts spread evenly over it.
 *
 * @param values in the order of the weight
 * @returns null where nothing is lost
 */
export function blockSnr(values: Float32Array, chosen: ChosenBlocks): number | null {
  let [signal, noise] = [0, 0];
  for (const energy of energiesOf(values, chosen)) {
    signal += energy.signal;
    noise += energy.noise;
  }
  return noise === 0 ? null : 10 * Math.log10(signal / noise);
}

function energiesOf(values: Float32Array, chosen: ChosenBlocks) {
  if (chosen.integers !== undefined) return [errorEnergy(values, roundedByBlocks(values, chosen))];
  const { view, parameters } = chosen;
  const ordered = toLayout(values, view);
  const parts = partsOf(values.length, bandsOf(view.layout));
  return parts.map((bands) => blockErrorEnergy(ordered, view.layout, parameters, bands));
}

function partsOf(numbers: number, bands: number): readonly Bands[] {
  if (numbers <= LOOKED_AT) return [{ first: 0, count: bands }];
  const size = Math.max(1, Math.floor(bands / Math.ceil(numbers / LOOKED_AT) / PARTS));
  const count = Math.min(Math.ceil(bands / size), PARTS, Math.max(1, Math.ceil(LOOKED_AT / (numbers / bands))));
  const gap = (bands - size) / Math.max(1, count - 1);
  return Array.from({ length: count }, (_, part) => ({ first: Math.floor(part * gap), count: size }));
}
