// Text as polygons: the outlines of its glyphs in real fonts, curves broken into short straight pieces.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import opentype from 'opentype.js';

const require = createRequire(import.meta.url);

/** DejaVu as web fonts, whose files say family, weight and style. */
const FAMILIES = {
  sans: require.resolve('@fontsource/dejavu-sans'),
  serif: require.resolve('@fontsource/dejavu-serif'),
};
const STYLES = ['400-normal', '400-italic', '700-normal', '700-italic'];

/** Straight pieces of one curve; letters are at most 40 pixels high. */
const PIECES = 6;

/** The fonts that lines are set in. */
export function loadFonts() {
  const files = Object.entries(FAMILIES).flatMap(([family, index]) =>
    STYLES.map((style) => join(dirname(index), 'files', `dejavu-${family}-latin-${style}.woff`)),
  );
  return files.map((file) => {
    const bytes = readFileSync(file);
    return opentype.parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  });
}

const curvePoint = (points, t) => {
  if (points.length === 1) return points[0];
  const between = points
    .slice(1)
    .map(([x, y], at) => [points[at][0] + t * (x - points[at][0]), points[at][1] + t * (y - points[at][1])]);
  return curvePoint(between, t);
};

/** The corners that a drawing command adds behind `from`. */
function corners(from, { type, x, y, x1, y1, x2, y2 }) {
  if (type === 'L') return [[x, y]];
  const control = type === 'Q' ? [from, [x1, y1], [x, y]] : [from, [x1, y1], [x2, y2], [x, y]];
  return Array.from({ length: PIECES }, (_, piece) => curvePoint(control, (piece + 1) / PIECES));
}

/** Drawing commands of a text, glyph after glyph with kerning. */
function* commandsOf(font, text, size) {
  const scale = size / font.unitsPerEm;
  let [x, before] = [0, undefined];
  for (const character of text) {
    const glyph = font.charToGlyph(character);
    if (before !== undefined) x += scale * font.getKerningValue(before, glyph);
    yield* glyph.getPath(x, 0, size).commands;
    x += scale * glyph.advanceWidth;
    before = glyph;
  }
}

/**
 * Closed polygons of a text whose baseline starts at (0, 0), y downwards.
 * @param size of the em square in pixels
 */
export function textPolygons(font, text, size) {
  const polygons = [];
  for (const command of commandsOf(font, text, size)) {
    if (command.type === 'M') polygons.push([[command.x, command.y]]);
    else if (command.type !== 'Z') polygons.at(-1).push(...corners(polygons.at(-1).at(-1), command));
  }
  return polygons;
}
