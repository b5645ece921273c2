const SIGN = 0x8000;
const INFINITY_16 = 0x7c00;
const QUIET_NAN = 0x200;
const INFINITY_32 = 0x7f800000;
/** 65520, half way between the largest float16 (65504) and the next power of two, as float32 bits. */
const OVERFLOW = 0x477ff000;
/** 2^-14, the smallest normal float16, as float32 bits. */
const SMALLEST_NORMAL = 0x38800000;
/** 2^-25, half of the smallest subnormal float16, as float32 bits: a tie that goes to zero. */
const LARGEST_ZERO = 0x33000000;

/** IEEE 754 half precision to single, exact; payloads of NaN are kept. The input holds the raw 16-bit patterns. */
export function float16ToFloat32(halves: Uint16Array): Float32Array {
  const table = float16Table();
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = table[halves[i]];
  return new Float32Array(bits.buffer);
}

/**
 * IEEE 754 single precision to half, to the nearest, ties to even, subnormals included. From 65520 on the result is
 * Infinity; NaN stays NaN. Returns raw 16-bit patterns.
 */
export function float32ToFloat16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < bits.length; i++) {
    halves[i] = ((bits[i] >>> 16) & SIGN) | magnitudeToFloat16(bits[i] & 0x7fffffff);
  }
  return halves;
}

function magnitudeToFloat16(bits: number): number {
  if (bits > INFINITY_32) return INFINITY_16 | ((bits >>> 13) & 0x3ff || QUIET_NAN);
  if (bits >= OVERFLOW) return INFINITY_16;
  // Rebase the exponent from bias 127 to 15, then drop 13 bits of mantissa.
  if (bits >= SMALLEST_NORMAL) return dropBits(bits - (112 << 23), 13);
  if (bits <= LARGEST_ZERO) return 0;
  return dropBits((bits & 0x7fffff) | 0x800000, 126 - (bits >>> 23));
}

/** `value / 2^count`, to the nearest, ties to even. */
function dropBits(value: number, count: number): number {
  const half = 1 << (count - 1);
  return (value + half - 1 + ((value >>> count) & 1)) >>> count;
}

let cachedTable: Uint32Array | undefined;

/** The float32 bits of every float16. */
function float16Table(): Uint32Array {
  cachedTable ??= Uint32Array.from({ length: 0x10000 }, (_, half) => float16Bits(half));
  return cachedTable;
}

function float16Bits(half: number): number {
  const sign = (half & SIGN) << 16;
  const exponent = (half >>> 10) & 0x1f;
  const mantissa = half & 0x3ff;
  if (exponent === 0x1f) return sign | INFINITY_32 | (mantissa << 13);
  if (exponent > 0) return sign | ((exponent + 112) << 23) | (mantissa << 13);
  if (mantissa === 0) return sign;
  // A subnormal mantissa is shifted until its leading one is the implicit bit.
  const shift = Math.clz32(mantissa) - 21;
  return sign | ((113 - shift) << 23) | (((mantissa << shift) & 0x3ff) << 13);
}
