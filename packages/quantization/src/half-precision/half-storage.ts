import { type Context, matchNodes, type NodeSelection, type StepResult, type Transform } from '@onnx-compress/core';
import { type Model, Scratch } from '@onnx-compress/graph';
import { halvesSaveBytesOnly, isHalfAlready } from '../messages.js';
import { reachOpset } from '../placement/reach-opset.js';
import { type FloatWeight, type FloatWeights, findFloatWeights } from './float-weights.js';
import type { HalfFormat } from './half-format.js';
import { HalfReport } from './half-report.js';
import { WeightPlanner } from './plan-weight.js';
import { opsetWithoutCast } from './reasons.js';
import { storeHalf } from './stored-half.js';

/**
 * Stores the float weights of all scopes with two bytes a value, each behind a Cast that onnxruntime computes when it
 * loads the model: the file shrinks, the model runs as it did. Each weight is read twice, for what it would lose and
 * when the model is written; no two are in memory at a time.
 */
export function halfStorage(format: HalfFormat, nodes: NodeSelection): Transform {
  return {
    name: `quant ${format.scheme}`,
    exact: false,
    run: (model, context) => storeHalves(model, format, context, matchNodes(nodes)),
  };
}

async function storeHalves(
  model: Model,
  format: HalfFormat,
  context: Context,
  selected: (label: string) => boolean,
): Promise<StepResult> {
  const report = new HalfReport(format);
  const scratch = new Scratch();
  const { weights, skipped, halves } = castableWeights(model, format, selected);
  report.skip(skipped);
  const planner = new WeightPlanner(format, scratch, context.signal);
  for (const [index, weighted] of weights.entries()) {
    await storeOne(weighted, planner, report, () => storeHalf(weighted, format, scratch));
    context.progress(index + 1, weights.length, weighted.weight.name);
  }
  if (report.changes > 0) context.warn(halvesSaveBytesOnly(report.changes, format.dataType));
  else if (weights.length === 0 && halves > 0) context.warn(isHalfAlready());
  return report.result(context, scratch, {});
}

/** Plans a weight, writes it where that pays, and reports either. */
export async function storeOne(
  weighted: FloatWeight,
  planner: WeightPlanner,
  report: HalfReport,
  write: () => void,
): Promise<void> {
  const plan = await planner.plan(weighted);
  if ('reason' in plan) {
    if (plan.kind === 'small') report.tooSmall(weighted.readers, plan.reason);
    else report.left(weighted.readers, plan.reason);
    return;
  }
  write();
  report.stored(weighted, 'weight-only', plan);
}

/** The weights of a model with an opset in which Cast knows the type; it is raised where something is gained by that. */
export function castableWeights(model: Model, format: HalfFormat, selected: (label: string) => boolean): FloatWeights {
  const found = findFloatWeights(model, selected);
  const before = model.opset() ?? 0;
  if (found.weights.length === 0 || before >= format.opset) return found;
  const opset = reachOpset(model, [format.opset]);
  if (opset >= format.opset) return findFloatWeights(model, selected);
  const reason = opsetWithoutCast(opset, format.opset, format.dataType);
  const labels = new Set(found.weights.flatMap(({ readers }) => readers.map(({ label }) => label)));
  return { ...found, weights: [], skipped: [...found.skipped, ...[...labels].map((node) => ({ node, reason }))] };
}
