import { elementCount } from '../../tensor/element-count.js';
import type { MacRule } from './rule.js';

/** Conv and its variants: every output element sums one filter, `C / group * kernel` products. */
export function convolution(weightInput: number): MacRule {
  return (node, dimsOf) => {
    const filters = dimsOf(node.input(weightInput));
    const output = dimsOf(node.output(0));
    return filters && output && elementCount(output) * elementCount(filters.slice(1));
  };
}

/** ConvTranspose: every input element is spread over one filter, `M / group * kernel` products. */
export const transposedConvolution: MacRule = (node, dimsOf) => {
  const filters = dimsOf(node.input(1));
  const input = dimsOf(node.input(0));
  return filters && input && elementCount(input) * elementCount(filters.slice(1));
};
