import Long from 'long';

/** A protobuf int64 as a number; values beyond 2^53 lose their low bits, which only "to the end" markers have. */
export function fromInt64(value: Long): number {
  return value.toNumber();
}

/** A protobuf int64 with all its bits. */
export function bigFromInt64(value: Long): bigint {
  return (BigInt(value.high) << 32n) | BigInt(value.low >>> 0);
}

/** A number or bigint as protobuf int64; bigints wrap at 64 bits. */
export function toInt64(value: number | bigint): Long {
  if (typeof value === 'number') return Long.fromNumber(value);
  const wrapped = BigInt.asUintN(64, value);
  return new Long(Number(wrapped & 0xffffffffn) | 0, Number(wrapped >> 32n) | 0);
}
