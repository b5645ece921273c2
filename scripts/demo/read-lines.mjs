// Reads text lines with a recognizer: what a compressed model still can.
import { readFileSync } from 'node:fs';
import { LINE } from './line-picture.mjs';

/** onnxruntime, whose telemetry is off where this is set before it is loaded. */
function loadOnnxruntime() {
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
  return import('onnxruntime-node');
}

/** Characters by class: class 0 is the blank between two characters, the last one a space. */
export const alphabet = (path) => ['', ...readFileSync(path, 'utf8').trimEnd().split(/\r?\n/), ' '];

function likeliest(scores) {
  let best = 0;
  for (let at = 1; at < scores.length; at++) if (scores[at] > scores[best]) best = at;
  return best;
}

/** The text of one line from its scores of [1, steps, classes]: the likeliest class of every step, repeats counted once. */
export function decode({ dims: [, steps, classes], data }, characters) {
  const likely = Array.from({ length: steps }, (_, step) =>
    likeliest(data.subarray(step * classes, (step + 1) * classes)),
  );
  return likely.map((best, step) => (best === likely[step - 1] ? '' : characters[best])).join('');
}

/**
 * What a model reads in lines of `textLines`.
 * @param keys path of the list of characters
 */
export async function readLines(model, keys, { texts, pixels }) {
  const { InferenceSession, Tensor } = await loadOnnxruntime();
  const [session, characters] = [await InferenceSession.create(model), alphabet(keys)];
  const size = pixels.length / texts.length;
  const read = [];
  for (const at of texts.keys()) {
    const data = pixels.subarray(at * size, (at + 1) * size);
    const feeds = { [session.inputNames[0]]: new Tensor('float32', data, [1, LINE.channels, LINE.height, LINE.width]) };
    read.push(decode((await session.run(feeds))[session.outputNames[0]], characters));
  }
  await session.release();
  return read;
}

const withoutSpaces = (text) => text.replaceAll(' ', '');

/** How many lines were read to the letter; spaces do not count. */
export function exactLines(read, texts) {
  return texts.filter((text, at) => withoutSpaces(read[at]) === withoutSpaces(text)).length;
}
