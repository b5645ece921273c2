// One text line as a photo or a scan would show it: any font, size, colours and sharpness, a little noise.
import { coverage } from './coverage.mjs';
import { textPolygons } from './outlines.mjs';

/** What the recognizer reads: lines of this height, and of this width where the batch has several. */
export const LINE = { channels: 3, height: 48, width: 320 };

const PIXELS = LINE.width * LINE.height;

/** Difference of brightness between text and ground, out of 255, that every line has at least. */
const CONTRAST = 90;

const brightness = ([red, green, blue]) => 0.299 * red + 0.587 * green + 0.114 * blue;

const colour = (random, low, high) => Array.from({ length: 3 }, () => random.between(low, high));

/** Colours of ground and text: dark on light, or one in four the other way round. */
function colours(random) {
  const [ground, ink] = [colour(random, 150, 255), colour(random, 0, 160)];
  if (brightness(ground) - brightness(ink) < CONTRAST) return colours(random);
  return random.isTrue(0.25) ? { ground: ink, ink: ground } : { ground, ink };
}

/** The box around polygons, in pixels. */
function bounds(polygons) {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const [x, y] of polygons.flat()) {
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x);
    box.top = Math.min(box.top, y);
    box.bottom = Math.max(box.bottom, y);
  }
  return box;
}

/** Polygons of the text, placed in the line; smaller than drawn by lot where the text is long. */
function placedText(random, font, text) {
  const [size, margin] = [random.between(24, 38), random.between(3, 12)];
  const drawn = textPolygons(font, text, size);
  const box = bounds(drawn);
  const scale = Math.min(1, (LINE.width - 2 * margin) / (box.right - box.left), 44 / (box.bottom - box.top));
  const free = LINE.height - scale * (box.bottom - box.top);
  const shift = { x: margin - scale * box.left, y: free * random.between(0.35, 0.65) - scale * box.top };
  const polygons = drawn.map((polygon) => polygon.map(([x, y]) => [scale * x + shift.x, scale * y + shift.y]));
  return { polygons, end: scale * (box.right - box.left) + 2 * margin };
}

/** Every pixel mixed with its neighbours to the left and to the right, as a picture that was scaled up. */
const softened = (covered, part) =>
  covered.map((value, at) => {
    const [left, right] = [covered[at - 1] ?? 0, covered[at + 1] ?? 0];
    return (1 - part) * value + (part * (left + right)) / 2;
  });

/**
 * Pixels of a line as the recognizer wants them: planes of blue, green and red, from -1 to 1. Behind the end of the text
 * the picture goes on or stops, which leaves zeros.
 */
export function linePicture(random, font, text) {
  const { polygons, end } = placedText(random, font, text);
  const covered = softened(coverage(polygons, LINE), random.between(0, 0.35));
  const { ground, ink } = colours(random);
  const [shade, noise] = [random.between(-25, 25), random.between(0, 8)];
  const width = random.isTrue(0.5) ? LINE.width : Math.min(LINE.width, Math.ceil(end));
  const planes = new Float32Array(LINE.channels * PIXELS);
  for (const [at, part] of covered.entries()) {
    const x = at % LINE.width;
    if (x >= width) continue;
    const light = shade * (x / LINE.width - 0.5);
    for (let channel = 0; channel < LINE.channels; channel++) {
      const clean = ground[channel] + part * (ink[channel] - ground[channel]) + light;
      const byte = Math.min(255, Math.max(0, Math.round(clean + noise * random.between(-1, 1))));
      planes[(LINE.channels - 1 - channel) * PIXELS + at] = byte / 127.5 - 1;
    }
  }
  return planes;
}
