import { elementCount } from '../../tensor/element-count.js';
import type { MacRule } from './rule.js';

/**
 * LSTM, GRU, RNN: in every time step of every sequence, each element of the input weights W and of the recurrent
 * weights R (all directions and gates) is multiplied once. X is [time, batch, size], or batch first: the product is
 * the same. Peepholes are elementwise and not counted.
 */
export const recurrent: MacRule = (node, dimsOf) => {
  const sequence = dimsOf(node.input(0));
  const inputWeights = dimsOf(node.input(1));
  const recurrentWeights = dimsOf(node.input(2));
  if (!sequence || !inputWeights || !recurrentWeights) return undefined;
  return elementCount(sequence.slice(0, 2)) * (elementCount(inputWeights) + elementCount(recurrentWeights));
};
