import type { TargetTable } from './target-table.js';

/** Nanoseconds per element of an activation function that was not measured. */
const FUNCTION = 0.3;

/** The figures of a target, with these operators taken for as fast on integers as on floats at least. */
export function withIntegerOperators(target: TargetTable, integerOperators: ReadonlySet<string>): TargetTable {
  const entries = [...integerOperators].map((opType) => {
    const { float = FUNCTION, integer = float, scales = 'own', ...known } = target.operators[opType] ?? {};
    return [opType, { ...known, float, integer: Math.min(float, integer), scales }] as const;
  });
  return { ...target, operators: { ...target.operators, ...Object.fromEntries(entries) } };
}
