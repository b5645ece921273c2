import type { Axis } from '../axes/axis.js';
import * as reasons from '../reasons.js';
import type { Axes, Operation, Rule } from './operation.js';

/** An equation with one symbol for each axis of each operand; axes of an ellipsis are numbered from the last one on. */
interface Equation {
  readonly inputs: readonly (readonly string[])[];
  readonly output: readonly string[];
}

function symbolsOf(term: string, rank: number): readonly string[] {
  const letters = [...term.replace('...', '.')];
  const covered = rank - (letters.length - 1);
  return letters.flatMap((letter) =>
    letter === '.' ? Array.from({ length: covered }, (_, index) => `.${covered - index}`) : [letter],
  );
}

/** Symbols of the result where the equation does not say: the ellipsis, then what occurs once, in alphabetical order. */
function impliedOutput(symbols: readonly string[]): readonly string[] {
  const broadcast = [...new Set(symbols.filter((symbol) => symbol.startsWith('.')))];
  const letters = symbols.filter((symbol) => !symbol.startsWith('.'));
  const once = letters.filter((symbol) => letters.indexOf(symbol) === letters.lastIndexOf(symbol));
  return [...broadcast.sort((a, b) => Number(b.slice(1)) - Number(a.slice(1))), ...once.sort()];
}

function parsed(equation: string, ranks: readonly number[]): Equation | undefined {
  const [left = '', right] = equation.replaceAll(' ', '').split('->');
  const inputs = left.split(',').map((term, index) => symbolsOf(term, ranks[index] ?? 0));
  if (inputs.some((symbols, index) => symbols.length !== ranks[index])) return undefined;
  const covered = inputs.flat().filter((symbol) => symbol.startsWith('.'));
  const broadcast = Math.max(0, ...covered.map((symbol) => Number(symbol.slice(1))));
  const letters = right?.replaceAll('...', '').length ?? 0;
  const output =
    right === undefined
      ? impliedOutput(inputs.flat())
      : symbolsOf(right, letters + (right.includes('...') ? broadcast : 0));
  return { inputs, output };
}

/**
 * Axes that several operands share: summed over, a removed position is as good as zeros in either; kept, they count
 * independent products, such as heads. An axis that one operand alone is summed over keeps its positions.
 */
function relate(op: Operation, { inputs, output }: Equation, symbol: string, axis: Axis): void {
  const readers = inputs.flatMap((symbols, index) => (symbols.includes(symbol) ? [index] : []));
  const summed = !output.includes(symbol);
  if (summed && readers.length < 2) op.pin(axis, reasons.reducesOver(op.node));
  if (!summed && readers.length > 1 && !readers.some((index) => op.isConstant(index))) {
    op.dependencies.splits.markBatch(axis);
  }
}

/** Einsum: axes with the same letter are the same; those that the result lacks are summed over. */
export const einsum: Rule = (op) => {
  const operands = op.inputs.map((_, index): Axes => op.input(index));
  const equation = parsed(
    op.node.string('equation', ''),
    operands.map(({ length }) => length),
  );
  if (equation === undefined) return op.refuse(reasons.unknownSizes(op.node));
  const { inputs, output } = equation;
  const axes = new Map<string, Axis>();
  for (const symbol of new Set(inputs.flat())) {
    const own = operands.flatMap((operand, index) => operand.filter((_, axis) => inputs[index]?.[axis] === symbol));
    const axis = op.broadcast(own);
    axes.set(symbol, axis);
    relate(op, equation, symbol, axis);
  }
  for (const [index, symbols] of inputs.entries()) {
    const others = inputs.filter((_, other) => other !== index).flat();
    const produced = symbols.filter((symbol) => output.includes(symbol) && !others.includes(symbol));
    if (op.isConstant(index)) for (const symbol of produced) op.produces(index, axes.get(symbol) ?? []);
  }
  return [output.map((symbol) => axes.get(symbol) ?? [])];
};
