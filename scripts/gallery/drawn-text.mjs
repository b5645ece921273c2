// Pictures of random words in a 5x7 font, as inputs for models that read text: on noise they find nothing to tell apart.
import { float32Tensor } from '@onnx-compress/graph';

/** Rows of seven lines by five dots, one bit each. */
const FONT = {
  A: [14, 17, 17, 31, 17, 17, 17],
  E: [31, 16, 16, 30, 16, 16, 31],
  H: [17, 17, 17, 31, 17, 17, 17],
  L: [16, 16, 16, 16, 16, 16, 31],
  N: [17, 25, 21, 19, 17, 17, 17],
  O: [14, 17, 17, 17, 17, 17, 14],
  R: [30, 17, 17, 30, 20, 18, 17],
  S: [15, 16, 16, 14, 1, 1, 30],
  T: [31, 4, 4, 4, 4, 4, 4],
};

const LETTERS = Object.keys(FONT);

/** Whole numbers below a bound; the same seed gives the same ones. */
function numbers(seed) {
  let state = seed + 1;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

/** Darkens the dots of one letter; `size` is the width of a dot in pixels. */
function drawLetter({ pixels, width, height }, letter, left, top, size) {
  for (let y = 0; y < 7 * size; y++) {
    for (let x = 0; x < 5 * size; x++) {
      const isInk = ((FONT[letter][Math.floor(y / size)] >> (4 - Math.floor(x / size))) & 1) === 1;
      if (isInk && left + x < width && top + y < height) pixels[(top + y) * width + left + x] = 0;
    }
  }
}

function drawLines(picture, next, size) {
  const lineHeight = 10 * size;
  for (let top = size; top + 7 * size <= picture.height; top += lineHeight) {
    const letters = 4 + next(Math.floor(picture.width / (6 * size)) - 5);
    for (let place = 0; place < letters; place++) {
      drawLetter(picture, LETTERS[next(LETTERS.length)], size + place * 6 * size, top, size);
    }
  }
}

/** One picture, white with black words, three equal channels from -1 to 1. */
function picture(index, [, channels, height, width], dot) {
  const pixels = new Float32Array(height * width).fill(1);
  drawLines({ pixels, width, height }, numbers(index), dot);
  const values = Float32Array.from(
    { length: channels * height * width },
    (_, at) => 2 * pixels[at % pixels.length] - 1,
  );
  return float32Tensor([1, channels, height, width], values);
}

/** A source of samples for a model with one input. @param dot width of a dot of the font in pixels */
export function drawnText(input, dims, dot, count = 80) {
  const sample = async (index) => new Map([[input, picture(index, dims, dot)]]);
  return {
    count,
    sample,
    async *samples() {
      for (let index = 0; index < count; index++) yield await sample(index);
    },
  };
}
