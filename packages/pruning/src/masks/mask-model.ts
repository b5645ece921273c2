import type { Context, NodeSelection, Skip, StepResult } from '@onnx-compress/core';
import { assertGlobsMatch } from '@onnx-compress/core';
import { elementCount, type Model } from '@onnx-compress/graph';
import * as reasons from '../reasons.js';
import { chooseMasks, type MaskChoice, type MaskOptions } from './choose-masks.js';
import { layerWeights } from './layer-weights.js';
import { maskedTensor } from './masked-tensor.js';

const weightsOf = (choices: readonly MaskChoice[]) =>
  choices.reduce((sum, { target }) => sum + elementCount(target.weight.tensor.dims), 0);

/** What became of the weights, those that were left as they are among them only by number. */
function metrics(choices: readonly MaskChoice[], { amount }: MaskOptions): StepResult['metrics'] {
  const masked = choices.filter((choice) => choice.kind === 'masked');
  const [weights, zeros] = [weightsOf(masked), masked.reduce((sum, choice) => sum + choice.zeros, 0)];
  return {
    ...(typeof amount === 'number' ? { requestedSparsity: amount } : { pattern: amount }),
    sparsity: weights === 0 ? 0 : zeros / weights,
    zerosBefore: masked.reduce((sum, choice) => sum + choice.zerosBefore, 0),
    zeros,
    weights,
    weightsMasked: masked.length,
    weightsSkipped: choices.length - masked.length,
  };
}

function skipOf(choice: MaskChoice): readonly Skip[] {
  const node = choice.target.node.label;
  if (choice.kind === 'left') return [{ node, reason: choice.reason }];
  return choice.zeros > choice.zerosBefore ? [] : [{ node, reason: reasons.alreadyZero() }];
}

/** Sets weights of least magnitude to zero, in place. Every tensor keeps its shape, and so its bytes. */
export async function maskModel(
  model: Model,
  options: MaskOptions,
  nodes: NodeSelection,
  context: Context,
): Promise<StepResult> {
  assertGlobsMatch(
    nodes,
    Array.from(model.nodes(), ({ label }) => label),
  );
  const { weights, skipped } = layerWeights(model, nodes);
  const choices = await chooseMasks(weights, options, context);
  const effective = choices.flatMap((choice) =>
    choice.kind === 'masked' && choice.zeros > choice.zerosBefore ? [choice] : [],
  );
  for (const { target, mask } of effective) target.weight.replace(await maskedTensor(target.weight.tensor, mask));
  return {
    changed: effective.map(({ target: { node, weight }, zerosBefore, zeros }) => {
      const count = elementCount(weight.tensor.dims);
      return { node: node.label, tensor: weight.name, weights: count, zerosBefore, zeros };
    }),
    skipped: [...choices.flatMap(skipOf), ...skipped],
    metrics: metrics(choices, options),
  };
}
