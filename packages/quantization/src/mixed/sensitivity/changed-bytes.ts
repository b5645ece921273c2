import type { Change } from '@onnx-compress/core';

const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** Bytes that a file grows by according to what a technique reports, about. */
export function changedBytes(changes: readonly Change[]): number {
  return changes.reduce((sum, { bytesBefore, bytesAfter }) => sum + numberOf(bytesAfter) - numberOf(bytesBefore), 0);
}
