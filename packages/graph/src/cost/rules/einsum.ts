import type { MacRule } from './rule.js';

/**
 * Einsum of two operands: one product for every combination of all its indices. One operand alone multiplies nothing;
 * with three or more the number depends on the order of evaluation and is not known.
 */
export const einsum: MacRule = (node, dimsOf) => {
  const [left, right, ...more] = node.inputs.map((_, index) => dimsOf(node.input(index)));
  if (node.inputs.length < 2) return 0;
  if (!left || !right || more.length > 0) return undefined;
  const [terms = ''] = (node.string('equation') ?? '').replaceAll(' ', '').split('->');
  const [leftTerm = '', rightTerm = ''] = terms.split(',');
  const sizes = new Map<string, number>();
  for (const [label, size] of [...labelled(leftTerm, left), ...labelled(rightTerm, right)]) {
    sizes.set(label, Math.max(sizes.get(label) ?? 1, size));
  }
  return [...sizes.values()].reduce((product, size) => product * size, 1);
};

/** Pairs each index with its size; the dimensions of an ellipsis are numbered from its right end, as they broadcast. */
function labelled(term: string, dims: readonly number[]): readonly (readonly [label: string, size: number])[] {
  const [before = '', after = ''] = term.split('...');
  const labels = [...before, ...hidden(dims.length - before.length - after.length), ...after];
  return dims.map((size, axis) => [labels[axis] ?? `axis ${axis}`, size]);
}

function hidden(count: number): readonly string[] {
  return Array.from({ length: Math.max(0, count) }, (_, index) => `ellipsis ${count - index}`);
}
