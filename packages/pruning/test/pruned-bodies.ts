import { expect } from '@jest/globals';
import { type Model, memoryTensor, type Tensor } from '@onnx-compress/graph';
import { randomFloats } from '@onnx-compress/test-kit';
import { oracleError } from './oracle.js';
import { exactly, pruned } from './pruning-context.js';

const bool = (value: boolean): Tensor => memoryTensor('bool', [], Uint8Array.of(Number(value)));

/** Inputs of models with bodies: `x` [2, 6], `xs` [3, 2, 6] and `flag`, as far as a model has them. */
function feedsOf(model: Model, choice: boolean): Record<string, Tensor> {
  const all = { x: randomFloats([2, 6], 1), xs: randomFloats([3, 2, 6], 2), flag: bool(choice) };
  return Object.fromEntries(
    Object.entries(all).filter(([name]) => model.graph.inputs.some((input) => input.name === name)),
  );
}

/** Prunes half of every layer and compares with the masked original, for both branches at both optimization levels. */
export async function checkedChanges(original: Model): Promise<readonly string[]> {
  const { model, result } = await pruned(original, exactly(0.5));
  expect(model.validate()).toEqual([]);
  for (const choice of [true, false]) {
    const feeds = feedsOf(original, choice);
    for (const level of ['disabled', 'all'] as const) {
      expect(await oracleError(original, model, result.changed, feeds, level)).toBeLessThanOrEqual(1e-4);
    }
  }
  return result.changed.map(
    ({ tensor, axis, sizeBefore, sizeAfter }) => `${tensor}.${axis} ${sizeBefore}>${sizeAfter}`,
  );
}

/** Reasons by node label. */
export async function reasonsOf(model: Model): Promise<ReadonlyMap<string, string>> {
  const { result } = await pruned(model, exactly(0.5));
  return new Map(result.skipped.map(({ node, reason }) => [node, reason]));
}
