import {
  type Context,
  dividedProgress,
  type LayerRepair,
  matchNodes,
  type NodeSelection,
  type Skip,
  type StepResult,
  type Transform,
  yieldToEventLoop,
} from '@onnx-compress/core';
import { type Model, Scratch } from '@onnx-compress/graph';
import { correctReplaced } from '../bias-correction.js';
import { roundingFigures } from '../figures/weight-error.js';
import { findLayers } from '../layers/find-layers.js';
import { codesSaveBytesOnly, opsetWithoutUnpacking } from '../messages.js';
import { reachOpset } from '../placement/reach-opset.js';
import { groupByWeight, type WeightGroup } from '../placement/weight-group.js';
import type { CodeOptions } from './code-options.js';
import { changesOf, decoded, decodedTensor, encodeWeight } from './encoded-weight.js';
import { type CodedGroup, CodePlanner } from './plan-weight.js';
import { SharedConstants } from './restoration-site.js';
import type { WeightCode } from './weight-code.js';

/** The first opset whose Slice and Mod are those that restore weights. */
const UNPACKING_OPSET = 10;

/** How long the parts take, compared to each other. */
const SHARES = { weights: 1, biases: 5 };

/**
 * Stores the weights of layers as indices of few bits, each with the nodes that turn it back into the floats of the code.
 * onnxruntime computes these when it loads the model: the file shrinks, the model runs as it did. Weights are read for
 * their parameters and again when the model is written; no two are in memory at a time.
 *
 * @param code how numbers become indices and indices numbers
 */
export function codeTransform(code: WeightCode, nodes: NodeSelection, options: CodeOptions): Transform {
  return {
    name: `quant ${code.scheme}`,
    exact: false,
    run: (model, context) => encodeModel(model, code, options, context, matchNodes(nodes)),
  };
}

async function encodeModel(
  model: Model,
  code: WeightCode,
  { biasCorrection }: CodeOptions,
  context: Context,
  selected: (label: string) => boolean,
): Promise<StepResult> {
  const corrects = biasCorrection === 'auto' && context.calibration !== undefined;
  const phase = corrects ? dividedProgress(context, SHARES) : () => context;
  const scratch = new Scratch();
  const { coded, skipped } = await planModel(
    model,
    new CodePlanner(code, scratch, context),
    phase('weights'),
    selected,
  );
  const repairs = corrects ? await correctBiases(model, coded, phase('biases'), scratch) : [];
  const changed = coded.flatMap((one) => changesOf(one, code.scheme));
  const shared = new SharedConstants();
  for (const one of coded) encodeWeight(one, shared, scratch);
  if (coded.length > 0) context.warn(codesSaveBytesOnly(coded.length, code.scheme));
  return {
    changed,
    skipped,
    metrics: { layers: changed.length + skipped.length, quantized: changed.length },
    ...(repairs.length > 0 && { repairs }),
    ...(context.drawsFigures && { figures: await figuresOf(coded, scratch, context.signal) }),
  };
}

async function planModel(
  model: Model,
  planner: CodePlanner,
  { progress }: Pick<Context, 'progress'>,
  selected: (label: string) => boolean,
) {
  const opset =
    findLayers(model, selected).layers.length === 0 ? UNPACKING_OPSET : reachOpset(model, [UNPACKING_OPSET]);
  const { layers, skipped, constants } = findLayers(model, selected);
  const groups = groupByWeight(layers);
  const coded: CodedGroup[] = [];
  const left: Skip[] = [];
  for (const [index, group] of groups.entries()) {
    const plan = opset < UNPACKING_OPSET ? { reason: opsetWithoutUnpacking(opset) } : await planner.plan(group);
    if ('reason' in plan) left.push(...skipsOf(group, plan.reason));
    else coded.push(plan);
    progress(index + 1, groups.length, group.weight.name);
  }
  return { coded, skipped: [...skipped, ...left, ...constants] };
}

const skipsOf = ({ layers }: WeightGroup, reason: string): readonly Skip[] =>
  layers.map(({ node }) => ({ node: node.label, reason }));

/** On the float operators, before the weights are rewritten; afterwards the weights hold their decoded values. */
function correctBiases(
  model: Model,
  coded: readonly CodedGroup[],
  context: Context,
  scratch: Scratch,
): Promise<readonly LayerRepair[]> {
  const replaced = coded.map((one) => ({ weight: one.group.weight, rounded: decodedTensor(one, scratch) }));
  return correctReplaced(model, replaced, context);
}

function figuresOf(coded: readonly CodedGroup[], scratch: Scratch, signal: Context['signal']) {
  const rounded = coded.map((one) => ({
    label: one.group.layers[0].node.label,
    tensor: one.group.tensor,
    rounded: (values: Float32Array) => decoded(one, values, () => yieldToEventLoop(signal)),
  }));
  return roundingFigures(rounded, scratch, signal);
}
