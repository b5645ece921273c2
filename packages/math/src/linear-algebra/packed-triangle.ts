import { multiplyTile, tile } from './packed-products.js';
import { PANEL, packedAt, TILE } from './packed-rows.js';

/** A lower triangle of at most `PANEL` rows, packed, with what its diagonal is divided by. */
export interface PackedTriangle {
  readonly panel: Float64Array;
  readonly reciprocals: Float64Array;
  readonly size: number;
}

/** A packed triangle whose diagonal is known. */
export function packedTriangle(panel: Float64Array, size: number): PackedTriangle {
  const reciprocals = Float64Array.from({ length: size }, (_, index) => 1 / panel[packedAt(index, index, size)]);
  return { panel, reciprocals, size };
}

/**
 * Replaces symmetric packed rows A by the lower triangle L of A = L L^T, the first `size` rows of a panel.
 *
 * @returns nothing where a pivot is not above `least`
 */
export function factorPacked(panel: Float64Array, size: number, least: number): PackedTriangle | undefined {
  const triangle = { panel, reciprocals: new Float64Array(PANEL), size };
  for (let group = 0; group < size; group += TILE) {
    substituteColumns(panel, group * size, triangle, group);
    if (!factorTile(triangle, group, least)) return undefined;
  }
  return triangle;
}

/** The four rows on the diagonal from `first` on; everything to their left is final. */
function factorTile({ panel, reciprocals, size }: PackedTriangle, first: number, least: number): boolean {
  const start = first * size;
  multiplyTile(panel, start, panel, start, first);
  const count = Math.min(TILE, size - first);
  const diagonal = start + TILE * first;
  for (let column = 0; column < count; column++) {
    for (let row = column; row < count; row++) {
      let value = panel[diagonal + TILE * column + row] - tile[TILE * row + column];
      for (let k = 0; k < column; k++) {
        value -= panel[diagonal + TILE * k + row] * panel[diagonal + TILE * k + column];
      }
      if (row === column) {
        if (!(value > least && value < Infinity)) return false;
        value = Math.sqrt(value);
        reciprocals[first + column] = 1 / value;
        panel[diagonal + TILE * column + row] = value;
      } else panel[diagonal + TILE * column + row] = value * reciprocals[first + column];
    }
  }
  return true;
}

/** Replaces packed rows B from row `first` (a multiple of four) to `end` by B L^-T. */
export function substituteRows(panel: Float64Array, first: number, end: number, triangle: PackedTriangle): void {
  for (let row = first; row < end; row += TILE) {
    substituteColumns(panel, row * triangle.size, triangle, triangle.size);
  }
}

/** The first columns of the four rows at `start`: each is what is left of it after those before, over the diagonal. */
function substituteColumns(panel: Float64Array, start: number, triangle: PackedTriangle, columns: number): void {
  for (let column = 0; column < columns; column += TILE) {
    multiplyTile(panel, start, triangle.panel, column * triangle.size, column);
    substituteTile(panel, start + TILE * column, triangle, column, Math.min(TILE, columns - column));
  }
}

function substituteTile(panel: Float64Array, at: number, triangle: PackedTriangle, first: number, count: number): void {
  const diagonal = first * triangle.size + TILE * first;
  for (let column = 0; column < count; column++) {
    const reciprocal = triangle.reciprocals[first + column];
    for (let row = 0; row < TILE; row++) {
      let value = panel[at + TILE * column + row] - tile[TILE * row + column];
      for (let k = 0; k < column; k++) {
        value -= panel[at + TILE * k + row] * triangle.panel[diagonal + TILE * k + column];
      }
      panel[at + TILE * column + row] = value * reciprocal;
    }
  }
}
