// Samples of the quantization table: values, shape and label, those of the zoo kept in memory.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { alphabet, decode } from '../demo/read-lines.mjs';
import { textLines } from '../demo/text-lines.mjs';
import { writeInputs } from './accuracy-samples.mjs';

const volume = (shape) => shape.reduce((product, length) => product * length, 1);
const withoutSpaces = (text) => text.replace(/\s+/g, '');

/** Samples of one of the tasks of the zoo's evaluation script: `count` and `sample(index)`. */
export function taskSamples({ folder, tasks }, name, part = 'test', shape = undefined) {
  const task = tasks[name](join(folder, 'data'), part);
  const dims = shape ?? task.shape;
  const known = new Map();
  return {
    count: task.n,
    sample(index) {
      if (!known.has(index)) {
        const values = new (task.integer ? Int32Array : Float32Array)(volume(dims));
        task.fill(index, values, dims);
        const label = task.text === undefined ? String(task.label(index)) : withoutSpaces(task.text(index));
        known.set(index, { values, shape: dims, label });
      }
      return known.get(index);
    },
  };
}

/** Writes samples as one `.npy` file for `calibration`, the sample axis first. */
export async function writeSamples(path, samples) {
  const [{ shape, values: first }] = samples;
  const values = new first.constructor(samples.length * first.length);
  for (const [index, sample] of samples.entries()) values.set(sample.values, index * first.length);
  await writeInputs(path, [samples.length, ...shape], values);
  return path;
}

/** Text lines that are drawn here, from texts and fonts of its own. */
export function drawnLines(count, seed) {
  const { texts, pixels } = textLines({ count, seed });
  const size = pixels.length / count;
  return texts.map((label, index) => ({
    ...{ values: pixels.slice(index * size, (index + 1) * size), shape: [3, 48, 320], label },
  }));
}

/** What a recognizer reads, from its output; spaces do not count. */
export function lineReader(keys) {
  const characters = alphabet(keys);
  return (scores) => withoutSpaces(decode(scores, characters));
}

/** Seeded normal noise ("mulberry32" through Box and Muller). */
export function noise(shape, seed) {
  let state = seed | 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return (((bits ^ (bits >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  };
  const values = Float32Array.from(
    { length: volume(shape) },
    () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
  );
  return { values, shape, label: '' };
}

/** Frames of 576 samples of speech, from -1 to 1: 64 of the frame before, then 512 new ones. */
export function speechFrames({ folder }) {
  const file = readFileSync(join(folder, 'data/audio/speech_16k_60s.wav'));
  const start = file.indexOf('data') + 8;
  const count = Math.floor((file.length - start) / 2);
  const sound = Float32Array.from({ length: 64 + count }, (_, index) =>
    index < 64 ? 0 : file.readInt16LE(start + 2 * (index - 64)) / 32768,
  );
  return Array.from({ length: Math.floor(count / 512) }, (_, frame) => sound.slice(512 * frame, 512 * frame + 576));
}
