// Text lines with what they say, rendered from real fonts: calibration data for a text recognizer, made in Node.
// Also a program: node scripts/demo/text-lines.mjs lines.npy [count] [seed]
import { fileURLToPath } from 'node:url';
import { LINE, linePicture } from './line-picture.mjs';
import { writeNpy } from './npy.mjs';
import { loadFonts } from './outlines.mjs';
import { phrase } from './phrases.mjs';
import { SeededRandom } from './seeded-random.mjs';

/**
 * Renders lines that are the same for the same seed.
 * @returns `texts`, and `pixels` of [count, 3, 48, 320]
 */
export function textLines({ count, seed }) {
  const [random, fonts] = [new SeededRandom(seed), loadFonts()];
  const texts = Array.from({ length: count }, () => phrase(random));
  const pixels = new Float32Array(count * LINE.channels * LINE.height * LINE.width);
  for (const [at, text] of texts.entries()) {
    pixels.set(linePicture(random, random.pick(fonts), text), at * (pixels.length / count));
  }
  return { texts, pixels };
}

/** Writes such lines as a .npy file, one sample a line; returns what they say. */
export function writeTextLines(path, { count, seed }) {
  const { texts, pixels } = textLines({ count, seed });
  writeNpy(path, [count, LINE.channels, LINE.height, LINE.width], pixels);
  return texts;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [path, count = '256', seed = '1'] = process.argv.slice(2);
  for (const text of writeTextLines(path, { count: Number(count), seed: Number(seed) })) console.log(text);
}
