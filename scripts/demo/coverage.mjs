// Anti-aliased filling of polygons: which part of every pixel lies inside them, exactly.

/** Area on the right of an edge that runs from `left` to `right`, for each unit of height, from the far left up to `x`. */
function areaUpTo(x, left, right) {
  if (x <= left) return 0;
  return x >= right ? x - (left + right) / 2 : (x - left) ** 2 / (2 * (right - left));
}

/** Adds what an edge inside one row of pixels has on its right, as differences between neighbouring pixels. */
function addPiece(differences, left, right, height) {
  const last = differences.length - 1;
  let before = 0;
  for (let pixel = Math.floor(left); pixel <= Math.ceil(right); pixel++) {
    const covered = height * (areaUpTo(pixel + 1, left, right) - areaUpTo(pixel, left, right));
    differences[Math.min(Math.max(pixel, 0), last)] += covered - before;
    before = covered;
  }
}

/** Cuts an edge at the rows of pixels; edges downwards count as positive, edges upwards as negative. */
function addEdge(rows, [x0, y0], [x1, y1]) {
  if (y0 === y1) return;
  const [top, bottom] = [Math.min(y0, y1), Math.max(y0, y1)];
  const at = (y) => x0 + ((x1 - x0) * (y - y0)) / (y1 - y0);
  for (let y = Math.max(0, Math.floor(top)); y < Math.min(rows.length, bottom); y++) {
    const [from, to] = [Math.max(top, y), Math.min(bottom, y + 1)];
    const ends = [at(from), at(to)];
    if (to > from) addPiece(rows[y], Math.min(...ends), Math.max(...ends), Math.sign(y1 - y0) * (to - from));
  }
}

/**
 * Coverage of every pixel of a picture, from 0 to 1, row-major. The hole of a letter runs against its outer edge.
 * @param polygons closed; lists of [x, y] in pixels, y downwards
 */
export function coverage(polygons, { width, height }) {
  const rows = Array.from({ length: height }, () => new Float64Array(width + 1));
  for (const polygon of polygons) {
    for (const [at, point] of polygon.entries()) addEdge(rows, polygon.at(at - 1), point);
  }
  const covered = new Float32Array(width * height);
  for (const [y, differences] of rows.entries()) {
    let sum = 0;
    for (let x = 0; x < width; x++) {
      sum += differences[x];
      covered[y * width + x] = Math.min(1, Math.abs(sum));
    }
  }
  return covered;
}
