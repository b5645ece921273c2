import { elementCount } from '../../tensor/element-count.js';
import type { MacRule } from './rule.js';

/**
 * Attention of ai.onnx (23) and MultiHeadAttention of com.microsoft, on separate query, key and value: the scores
 * Q K^T and the weighted sum of V. Shapes are [batch, length, heads * size] or [batch, heads, length, size]; a cache of past
 * keys, when given, lengthens the keys. Packed inputs are not known.
 */
export const attention: MacRule = (node, dimsOf) => {
  const query = dimsOf(node.input(0));
  const key = dimsOf(node.input(1));
  const output = dimsOf(node.output(0));
  if (!query || !key || !output || query.length !== key.length || query.length < 3 || query.length > 4)
    return undefined;
  const pastKey = node.input(node.domain === '' ? 4 : 6);
  const past = pastKey ? dimsOf(pastKey)?.at(2) : 0;
  const length = key.at(-2);
  if (past === undefined || length === undefined) return undefined;
  return (elementCount(query) + elementCount(output)) * (length + past);
};

/**
 * Attention of com.microsoft: the projection of the input by a fused QKV weight [input, Q + K + V], then as
 * {@link attention} over the input's own length. Not known with a cache of past keys.
 */
export const fusedAttention: MacRule = (node, dimsOf) => {
  const [input, weights, output] = [dimsOf(node.input(0)), dimsOf(node.input(1)), dimsOf(node.output(0))];
  const [batch, length, size] = input ?? [];
  const projected = weights?.[1];
  const valueSize = output?.[2];
  if (!batch || !length || !size || !projected || !valueSize || node.input(4)) return undefined;
  const querySize = node.ints('qkv_hidden_sizes')?.[0] ?? projected / 3;
  return batch * length * (size * projected + length * (querySize + valueSize));
};
