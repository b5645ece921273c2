import type { Change, Skip } from '@onnx-compress/core';
import type { Node, Value } from '@onnx-compress/graph';
import { present } from '@onnx-compress/graph';
import type { ChannelAffine } from '../affine/channel-affine.js';
import { convConsumer } from '../affine/consumers/conv.js';
import { gemmConsumer } from '../affine/consumers/gemm.js';
import type { PlanFold } from '../affine/layer-side.js';
import { convProducer } from '../affine/producers/conv.js';
import { convTransposeProducer } from '../affine/producers/conv-transpose.js';
import { gemmProducer } from '../affine/producers/gemm.js';
import { planMatMulAdd } from '../affine/producers/matmul-add.js';
import { readBatchNorm } from '../affine/read-batch-norm.js';
import { type DimsOf, dimsLookup } from '../affine/value-dims.js';
import { bypass, canBypass } from '../graph-edits/bypass.js';
import { removeUnread } from '../graph-edits/remove-unread.js';
import { foldedInto, noNeighbour, sharedValue } from '../messages.js';
import { mainScopes, type Rewrite, type RewriteScope } from '../rewrite.js';

/** The norm counts channels along axis 1; for a MatMul with Add those are the columns only where there are no others. */
const MATRIX_RANK = 2;

const PRODUCERS: Readonly<Record<string, PlanFold>> = {
  Add: planMatMulAdd,
  Conv: convProducer.plan,
  ConvTranspose: convTransposeProducer.plan,
  Gemm: gemmProducer.plan,
};

const CONSUMERS: Readonly<Record<string, PlanFold>> = { Conv: convConsumer.plan, Gemm: gemmConsumer.plan };

interface NormScope extends RewriteScope {
  readonly dimsOf: DimsOf;
}

/** What became of a norm: the node it was folded into, or why it stays. */
type Outcome = { readonly neighbour: string } | { readonly reason: string };

/** Folds inference BatchNormalization into the node before it, or else into the node behind it where that is exact. */
export const foldBatchNorms: Rewrite = async (model, scope) => {
  const changed: Change[] = [];
  const skipped: Skip[] = [];
  const dimsOf = dimsLookup(model, scope.context);
  for (const graph of mainScopes(model)) {
    for (const node of [...graph.nodes]) {
      if (node.opType !== 'BatchNormalization' || node.domain !== '' || !scope.selected(node.label)) continue;
      const outcome = await foldNorm(node, { ...scope, dimsOf });
      if ('neighbour' in outcome) changed.push(foldedInto(node.label, outcome.neighbour));
      else skipped.push({ node: node.label, reason: outcome.reason });
    }
  }
  return { changed, skipped };
};

async function foldNorm(norm: Node, scope: NormScope): Promise<Outcome> {
  const read = await readBatchNorm(norm);
  if ('reason' in read) return read;
  const before = await foldBackward(norm, read.affine, scope);
  if ('neighbour' in before) return before;
  const behind = await foldForward(norm, read.affine, scope);
  if ('neighbour' in behind || before.reason === noNeighbour()) return behind;
  return before;
}

/** Into the producer, which then computes what the norm did. */
async function foldBackward(norm: Node, affine: ChannelAffine, scope: NormScope): Promise<Outcome> {
  const source = norm.input(0);
  const producer = source?.producer;
  const planInto = producer && producer.domain === '' ? PRODUCERS[producer.opType] : undefined;
  if (source === undefined || producer === undefined || planInto === undefined) return { reason: noNeighbour() };
  if (!scope.selected(producer.label) || producer.graph !== norm.graph) return { reason: noNeighbour() };
  if (source.uses.length > 1 || !canBypass(norm, source)) return { reason: sharedValue(source.name) };
  if (producer.opType === 'Add' && (await scope.dimsOf(source))?.length !== MATRIX_RANK)
    return { reason: noNeighbour() };
  const plan = await planInto(producer, affine);
  if ('reason' in plan) return plan;
  plan.apply();
  dropNorm(norm, source);
  return { neighbour: producer.label };
}

/** Into the only consumer, which then reads what the norm read. */
async function foldForward(norm: Node, affine: ChannelAffine, scope: NormScope): Promise<Outcome> {
  const source = norm.input(0);
  const output = norm.output(0);
  const [use, ...others] = output?.uses ?? [];
  if (source === undefined || use?.kind !== 'input' || use.index !== 0) return { reason: noNeighbour() };
  const planInto = use.node.domain === '' ? CONSUMERS[use.node.opType] : undefined;
  if (planInto === undefined || !scope.selected(use.node.label)) return { reason: noNeighbour() };
  if (others.length > 0) return { reason: sharedValue(present(output, 'output').name) };
  const plan = await planInto(use.node, affine);
  if ('reason' in plan) return plan;
  plan.apply();
  dropNorm(norm, source);
  return { neighbour: use.node.label };
}

function dropNorm(norm: Node, source: Value): void {
  const parameters = [1, 2, 3, 4].flatMap((index) => norm.input(index) ?? []);
  bypass(norm, source);
  for (const parameter of parameters) removeUnread(parameter);
}
