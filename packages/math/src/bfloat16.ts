const INFINITY_32 = 0x7f800000;
const QUIET_NAN = 0x40;

/** bfloat16 (the upper half of a float32) to single precision, exact. The input holds raw 16-bit patterns. */
export function bfloat16ToFloat32(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i] << 16;
  return new Float32Array(bits.buffer);
}

/** Single precision to bfloat16, to the nearest, ties to even; NaN stays NaN. Returns raw 16-bit patterns. */
export function float32ToBfloat16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < bits.length; i++) halves[i] = roundToUpperHalf(bits[i]);
  return halves;
}

function roundToUpperHalf(bits: number): number {
  const upper = bits >>> 16;
  if ((bits & 0x7fffffff) > INFINITY_32) return (upper & 0x7f) === 0 ? upper | QUIET_NAN : upper;
  return (bits + 0x7fff + (upper & 1)) >>> 16;
}
