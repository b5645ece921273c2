import { literalEntry, opaqueEntry, type SizeEntry } from './size-entry.js';

type Sizes = readonly SizeEntry[];

/** Two sizes in, one out. */
export type Arithmetic = (left: SizeEntry, right: SizeEntry) => SizeEntry;

const calculated =
  (compute: (left: number, right: number) => number): Arithmetic =>
  (left, right) => {
    const known = left.value !== undefined && right.value !== undefined;
    return { ...opaqueEntry([left, right]), value: known ? compute(left.value, right.value) : undefined };
  };

const compared = calculated((left, right) => Number(left === right));

/** Operators on two lists of sizes. */
export const ARITHMETIC: ReadonlyMap<string, Arithmetic> = new Map([
  ['Add', calculated((left, right) => left + right)],
  ['Sub', calculated((left, right) => left - right)],
  ['Mul', calculated((left, right) => left * right)],
  ['Div', calculated((left, right) => Math.trunc(left / right))],
  ['Equal', (left, right) => (neverEqual(left, right) ? literalEntry(0) : compared(left, right))],
]);

/** A length never equals a negative number, which stands for "as it is" in target shapes. */
export function neverEqual(left: SizeEntry, right: SizeEntry): boolean {
  return (isLength(left) && isNegative(right)) || (isNegative(left) && isLength(right));
}

/** Elements that broadcasting of two lists lays over each other. */
export function paired(left: Sizes, right: Sizes): readonly (readonly [SizeEntry, SizeEntry])[] {
  const at = (sizes: Sizes, index: number) => sizes[sizes.length === 1 ? 0 : index] ?? opaqueEntry(sizes);
  const length = Math.max(left.length, right.length);
  return Array.from({ length }, (_, index) => [at(left, index), at(right, index)] as const);
}

/** Where: per element the size that the condition, 0 or not, chooses. */
export function chosen(conditions: Sizes, yes: Sizes, no: Sizes): Sizes {
  const choices = paired(yes, no);
  return conditions.map((condition, index) => {
    const [first, second] = choices[choices.length === 1 ? 0 : index] ?? [condition, condition];
    if (condition.value === undefined) return opaqueEntry([condition, first, second]);
    const choice = condition.value === 0 ? second : first;
    return condition.sources.length === 0 ? choice : { ...opaqueEntry([condition, choice]), value: choice.value };
  });
}

function isLength({ value, axis }: SizeEntry): boolean {
  return axis !== undefined || (value !== undefined && value >= 0);
}

function isNegative({ value }: SizeEntry): boolean {
  return value !== undefined && value < 0;
}
