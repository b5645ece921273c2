/**
 * The 8-bit float formats of ONNX. `fn`: finite, no infinities; `uz`: the only zero is positive, 0x80 is NaN.
 * `e8m0`: a bare power of two, the block scale of the OCP microscaling formats.
 */
export type Float8Format = 'e4m3fn' | 'e4m3fnuz' | 'e5m2' | 'e5m2fnuz' | 'e8m0';

const DECODERS: Readonly<Record<Float8Format, (byte: number) => number>> = {
  e4m3fn: (byte) => ((byte & 0x7f) === 0x7f ? Number.NaN : decode(byte, 3, 7)),
  e4m3fnuz: (byte) => (byte === 0x80 ? Number.NaN : decode(byte, 3, 8)),
  e5m2: (byte) => ((byte & 0x7c) === 0x7c ? decodeSpecial(byte) : decode(byte, 2, 15)),
  e5m2fnuz: (byte) => (byte === 0x80 ? Number.NaN : decode(byte, 2, 16)),
  e8m0: (byte) => (byte === 0xff ? Number.NaN : 2 ** (byte - 127)),
};

const tables = new Map<Float8Format, Float32Array>();

/**
 * 8-bit floats to single precision, exact.
 *
 * @see https://arxiv.org/abs/2209.05433 (E4M3, E5M2) and https://arxiv.org/abs/2206.02915 (FNUZ variants)
 */
export function float8ToFloat32(bytes: Uint8Array, format: Float8Format): Float32Array {
  const table = tableOf(format);
  const values = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) values[i] = table[bytes[i]];
  return values;
}

function tableOf(format: Float8Format): Float32Array {
  const table = tables.get(format) ?? Float32Array.from({ length: 256 }, (_, byte) => DECODERS[format](byte));
  tables.set(format, table);
  return table;
}

function decode(byte: number, mantissaBits: number, bias: number): number {
  const steps = 2 ** mantissaBits;
  const exponent = (byte & 0x7f) >>> mantissaBits;
  const fraction = (byte & (steps - 1)) / steps;
  const magnitude = exponent === 0 ? fraction * 2 ** (1 - bias) : (1 + fraction) * 2 ** (exponent - bias);
  return byte & 0x80 ? -magnitude : magnitude;
}

function decodeSpecial(byte: number): number {
  if (byte & 0x03) return Number.NaN;
  return byte & 0x80 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
