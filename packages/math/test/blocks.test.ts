import { describe, expect, it } from '@jest/globals';
import { randomValues } from '@onnx-compress/test-kit';
import {
  affineBlocks,
  type BlockLayout,
  type BlockParameters,
  bandsOf,
  blockErrorEnergy,
  blockExtremes,
  blocksPerRow,
  errorEnergy,
  packBlockRows,
  packBlockZeros,
  packNibbles,
  restoreFromBlocks,
  roundToBlockRows,
  roundToBlocks,
  roundToPackedBlocks,
  symmetricBlocks,
  transpose2d,
  transposedParameters,
  unpackInt4,
  unpackUint4,
} from '../src/index.js';

const LAYOUTS: readonly BlockLayout[] = [
  { rows: 5, columns: 64, blockSize: 32 },
  { rows: 3, columns: 70, blockSize: 32 },
  { rows: 4, columns: 9, blockSize: 16 },
  { rows: 7, columns: 33, blockSize: 16, transposed: true },
  { rows: 6, columns: 50, blockSize: 16, transposed: true },
  { rows: 6, columns: 64, blockSize: 32, transposed: true },
];

const blockOf = ({ rows, columns, blockSize, transposed }: BlockLayout, at: number, blocks: number) => {
  const [row, column] = transposed ? [at % rows, Math.floor(at / rows)] : [Math.floor(at / columns), at % columns];
  return row * blocks + Math.floor(column / blockSize);
};

function parametersOf(values: Float32Array, layout: BlockLayout, symmetric: boolean): BlockParameters {
  const extremes = blockExtremes(values, layout);
  if (extremes === undefined) throw new Error('not finite');
  return symmetric ? symmetricBlocks(extremes) : affineBlocks(extremes);
}

describe.each(LAYOUTS)('blocks of %j', (layout) => {
  const values = randomValues(layout.rows * layout.columns, 3);

  it.each([true, false])('are off by half a step at most, symmetric: %s', (symmetric) => {
    const parameters = parametersOf(values, layout, symmetric);
    const nibbles = new Uint8Array(values.length);
    const restored = new Float32Array(values.length);
    roundToBlocks(values, layout, parameters, nibbles);
    restoreFromBlocks(nibbles, layout, parameters, restored);
    const blocks = blocksPerRow(layout);
    for (const [at, value] of values.entries()) {
      const step = Math.abs(parameters.scales[blockOf(layout, at, blocks)] ?? 0);
      expect(Math.abs(value - (restored[at] ?? 0))).toBeLessThanOrEqual(step * (0.5 + 1e-5));
    }
    expect(Math.max(...nibbles)).toBeLessThanOrEqual(15);
  });

  it.each([true, false])('are packed as they are rounded, signed: %s', (signed) => {
    const parameters = parametersOf(values, layout, true);
    const nibbles = new Uint8Array(values.length);
    roundToBlocks(values, layout, parameters, nibbles);
    expect(roundToPackedBlocks(values, layout, parameters, signed)).toEqual(packNibbles(nibbles, signed));
  });

  it.each([true, false])('are packed row after row as they are rounded, symmetric: %s', (symmetric) => {
    const { rows, columns, transposed } = layout;
    const parameters = parametersOf(values, layout, symmetric);
    const nibbles = new Uint8Array(values.length);
    roundToBlocks(values, layout, parameters, nibbles);
    const byRows = transposed ? transpose2d(nibbles, columns, rows, 1) : nibbles;
    const packed = packBlockRows(byRows, { ...layout, transposed: false });
    expect(roundToBlockRows(values, layout, parameters)).toEqual(packed);
    expect(roundToBlockRows(values, layout, parameters, new Uint8Array(packed.length).fill(255))).toEqual(packed);
  });

  it('have extremes that none of their numbers is beyond', () => {
    const extremes = blockExtremes(values, layout);
    const lowest = new Float32Array(extremes?.lowest.length ?? 0);
    const highest = lowest.slice();
    for (const [at, value] of values.entries()) {
      const block = blockOf(layout, at, blocksPerRow(layout));
      lowest[block] = Math.min(lowest[block] ?? 0, value);
      highest[block] = Math.max(highest[block] ?? 0, value);
    }
    expect(extremes).toEqual({ lowest, highest });
  });

  it('lose the energy that rounding takes from them', () => {
    const parameters = parametersOf(values, layout, false);
    const nibbles = new Uint8Array(values.length);
    const restored = new Float32Array(values.length);
    roundToBlocks(values, layout, parameters, nibbles);
    restoreFromBlocks(nibbles, layout, parameters, restored);
    const wanted = errorEnergy(values, restored);
    const all = bandsOf(layout);
    const parts = [
      { first: 0, count: 1 },
      { first: 1, count: all - 1 },
    ].map((bands) => blockErrorEnergy(values, layout, parameters, bands));
    expect(parts.reduce((sum, { signal }) => sum + signal, 0)).toBeCloseTo(wanted.signal, 8);
    expect(parts.reduce((sum, { noise }) => sum + noise, 0)).toBeCloseTo(wanted.noise, 8);
  });

  it('know numbers that are not finite', () => {
    for (const strange of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const damaged = values.slice();
      damaged[11] = strange;
      expect(blockExtremes(damaged, layout)).toBeUndefined();
    }
  });
});

describe('blocks', () => {
  it('keep zeros and blocks of zeros', () => {
    const layout = { rows: 1, columns: 32, blockSize: 16 };
    const values = new Float32Array(32).fill(0, 0, 16).fill(3, 17);
    for (const symmetric of [true, false]) {
      const parameters = parametersOf(values, layout, symmetric);
      const nibbles = new Uint8Array(32);
      const restored = new Float32Array(32);
      roundToBlocks(values, layout, parameters, nibbles);
      restoreFromBlocks(nibbles, layout, parameters, restored);
      expect(restored.subarray(0, 17).every((value) => value === 0)).toBe(true);
    }
  });

  it('saturate', () => {
    const target = new Uint8Array(3);
    const parameters = { scales: Float32Array.of(1) };
    roundToBlocks(Float32Array.of(-99, 0, 99), { rows: 1, columns: 3, blockSize: 16 }, parameters, target);
    expect([...target]).toEqual([0, 8, 15]);
  });

  it('turn their parameters', () => {
    const parameters = { scales: Float32Array.of(1, 2, 3, 4, 5, 6), zeroPoints: Uint8Array.of(1, 2, 3, 4, 5, 6) };
    const turned = transposedParameters(parameters, 2);
    expect([...turned.scales]).toEqual([1, 4, 2, 5, 3, 6]);
    expect([...(turned.zeroPoints ?? [])]).toEqual([1, 4, 2, 5, 3, 6]);
  });
});

describe('packed nibbles', () => {
  const nibbles = Uint8Array.from({ length: 33 }, (_, index) => (index * 7) % 16);

  it('unpack to themselves', () => {
    expect(unpackUint4(packNibbles(nibbles), 33)).toEqual(nibbles);
    expect([...unpackInt4(packNibbles(nibbles, true), 33)]).toEqual([...nibbles].map((nibble) => nibble - 8));
  });

  it('fill up short blocks of each row', () => {
    const packed = packBlockRows(nibbles, { rows: 3, columns: 11, blockSize: 16 });
    const row = unpackUint4(packed.subarray(8, 16), 16);
    expect([...row]).toEqual([...nibbles.subarray(11, 22), 0, 0, 0, 0, 0]);
  });

  it('start each row of zero points in a byte of its own', () => {
    expect([...packBlockZeros(Uint8Array.of(1, 2, 3, 4, 5, 6), 2)]).toEqual([0x21, 0x03, 0x54, 0x06]);
  });

  it('are refused where they do not fit', () => {
    expect(() => packBlockRows(nibbles, { rows: 4, columns: 11, blockSize: 16 })).toThrow(RangeError);
  });
});
