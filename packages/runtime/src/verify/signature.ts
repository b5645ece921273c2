import type { SessionValue } from '../host/contract.js';
import { extraValue, missingValue, otherOrder, otherType } from './messages.js';

/** The inputs and outputs of a model, as onnxruntime sees them. */
export interface Signature {
  readonly inputs: readonly SessionValue[];
  readonly outputs: readonly SessionValue[];
}

/** What changed in names, order, types and ranks of inputs and outputs; empty when nothing did. */
export function signatureChanges(original: Signature, candidate: Signature): readonly string[] {
  return [
    ...changes('input', original.inputs, candidate.inputs),
    ...changes('output', original.outputs, candidate.outputs),
  ];
}

function changes(
  kind: 'input' | 'output',
  before: readonly SessionValue[],
  after: readonly SessionValue[],
): readonly string[] {
  const missing = before.filter(({ name }) => !after.some((value) => value.name === name));
  const extra = after.filter(({ name }) => !before.some((value) => value.name === name));
  if (missing.length + extra.length > 0) {
    return [...missing.map(({ name }) => missingValue(kind, name)), ...extra.map(({ name }) => extraValue(kind, name))];
  }
  const sameOrder = before.every(({ name }, index) => name === after[index]?.name);
  return [...(sameOrder ? [] : [otherOrder(kind)]), ...before.flatMap((value) => typeChanges(kind, value, after))];
}

function typeChanges(kind: 'input' | 'output', before: SessionValue, values: readonly SessionValue[]): string[] {
  const after = values.find(({ name }) => name === before.name);
  if (after === undefined) return [];
  const sameRank = before.dims === undefined || after.dims === undefined || before.dims.length === after.dims.length;
  if (before.dataType === after.dataType && sameRank) return [];
  return [otherType(kind, before.name, describe(before), describe(after))];
}

function describe({ dataType, dims }: SessionValue): string {
  const rank = dims === undefined ? '' : ` of rank ${dims.length}`;
  return `${dataType ?? 'not a tensor'}${rank}`;
}
