import { type Axis, axisSize, type Factor, fixedAxis } from '../axes/axis.js';
import * as reasons from '../reasons.js';
import { isZero } from './fill.js';
import type { Axes, Operation, Rule } from './operation.js';

/** Blocks of hidden_size rows in W and R. */
const GATES: Readonly<Record<string, number>> = { LSTM: 4, GRU: 3, RNN: 1 };

/** Blocks of hidden_size positions in P, of LSTM only: input, output and forget gate. */
const PEEPHOLES = 3;

/** The units along an axis that holds one block of all units after the other. */
function unitsAlong(op: Operation, axis: Axis | undefined, blocks: number): Factor | undefined {
  const factor = axis && op.dependencies.flatten(axis);
  const size = axis && axisSize(axis);
  if (factor === undefined || size === undefined || size % blocks !== 0) return undefined;
  return op.dependencies.split(factor, [blocks, size / blocks], 1)[1];
}

/** Ties the parameters of all gates and both directions to the units; false where their sizes do not fit. */
function tieParameters(op: Operation, units: Axis, gates: number): boolean {
  const [, , recurrence = [], bias] = op.inputs;
  const blocks = [
    unitsAlong(op, recurrence[1], gates),
    bias && unitsAlong(op, bias[1], 2 * gates),
    op.inputs[7] && unitsAlong(op, op.inputs[7][1], PEEPHOLES),
  ];
  if (blocks[0] === undefined || (bias !== undefined && blocks[1] === undefined)) return false;
  for (const block of blocks) if (block !== undefined) op.unify(units, [block]);
  op.unify(units, recurrence[2] ?? []);
  return true;
}

/** Initial states have a position for each unit; a state of zeros says what its absence says too. */
function tieInitialStates(op: Operation, units: Axis, batch: Axis, batchFirst: boolean): void {
  for (const input of [5, 6]) {
    const state = op.inputs[input];
    if (state === undefined) continue;
    if (isZero(op.node.input(input))) op.dropInput(input, units);
    else op.unify(units, state[2] ?? []);
    op.unify(batch, state[batchFirst ? 0 : 1] ?? []);
    op.pin(state[batchFirst ? 1 : 0], reasons.directions(op.node));
  }
}

function outputsOf(op: Operation, [sequence = [], batch = []]: Axes, units: Axis, batchFirst: boolean): Axes[] {
  const directions = fixedAxis(op.input(1)[0]?.[0]?.size, reasons.directions(op.node));
  const state = batchFirst ? [batch, directions, units] : [directions, batch, units];
  const all = batchFirst ? [batch, sequence, directions, units] : [sequence, directions, batch, units];
  return [all, state, state];
}

/**
 * LSTM, GRU, RNN: a unit is a row of W and R in every gate, a column of R, and a position of biases, peepholes, states
 * and outputs; both directions lose the same units. The features of X meet the columns of W.
 */
export const recurrent: Rule = (op) => {
  const gates = GATES[op.node.opType] ?? 1;
  const batchFirst = op.node.int('layout', 0) === 1;
  const [[first = [], second = [], features = []], weight] = [op.input(0), op.input(1)];
  const [sequence, batch] = batchFirst ? [second, first] : [first, second];
  const block = unitsAlong(op, weight[1], gates);
  if (block === undefined) return op.refuse(reasons.unevenGates(op.node));
  const units = [block];
  if (!tieParameters(op, units, gates)) return op.refuse(reasons.unevenGates(op.node));
  op.unify(features, weight[2] ?? []);
  op.pin(sequence, reasons.reducesOver(op.node));
  for (const parameters of op.inputs.slice(1, 4)) op.pin(parameters?.[0], reasons.directions(op.node));
  tieInitialStates(op, units, batch, batchFirst);
  if (op.node.hasAttribute('hidden_size')) {
    op.rewriteAttribute('hidden_size', (survivors) => ({ int: survivors.count(units) }));
  }
  for (const input of [1, 2]) op.produces(input, op.input(input)[1] ?? [], gates);
  return outputsOf(op, [sequence, batch], units, batchFirst);
};
