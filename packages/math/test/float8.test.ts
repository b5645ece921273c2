import { describe, expect, it } from '@jest/globals';
import { type Float8Format, float8ToFloat32 } from '../src/float8.js';

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);

describe('float8ToFloat32', () => {
  it.each<[Float8Format, readonly (readonly [byte: number, value: number])[]]>([
    [
      'e4m3fn',
      [
        [0x38, 1],
        [0xb8, -1],
        [0x7e, 448],
        [0x01, 2 ** -9],
        [0x08, 2 ** -6],
        [0x80, -0],
        [0x7f, nan],
        [0xff, nan],
      ],
    ],
    [
      'e4m3fnuz',
      [
        [0x40, 1],
        [0xc0, -1],
        [0x7f, 240],
        [0x01, 2 ** -10],
        [0x80, nan],
        [0xff, -240],
      ],
    ],
    [
      'e5m2',
      [
        [0x3c, 1],
        [0x7b, 57344],
        [0x01, 2 ** -16],
        [0x7c, infinity],
        [0xfc, -infinity],
        [0x7d, nan],
        [0x80, -0],
      ],
    ],
    [
      'e5m2fnuz',
      [
        [0x40, 1],
        [0x7f, 57344],
        [0x01, 2 ** -17],
        [0x80, nan],
        [0xff, -57344],
      ],
    ],
    [
      'e8m0',
      [
        [127, 1],
        [0, 2 ** -127],
        [254, 2 ** 127],
        [255, nan],
      ],
    ],
  ])('decodes the landmarks of %s', (format, landmarks) => {
    const values = float8ToFloat32(
      Uint8Array.from(landmarks, ([byte]) => byte),
      format,
    );
    expect([...values]).toEqual(landmarks.map(([, value]) => value));
  });

  it.each<Float8Format>(['e4m3fn', 'e4m3fnuz', 'e5m2', 'e5m2fnuz'])('rises with the bits of %s', (format) => {
    const positive = [...float8ToFloat32(everyByte.subarray(0, 128), format)].filter((value) => !Number.isNaN(value));
    expect(positive).toEqual([...new Set(positive)].sort((a, b) => a - b));
  });
});
