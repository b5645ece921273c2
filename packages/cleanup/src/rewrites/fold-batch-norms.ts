import type { Change, Skip } from '@onnx-compress/core';
import type { Node, Value } from '@onnx-compress/graph';
import { present } from '@onnx-compress/graph';
import { type ChannelAffine, readAffine } from '../batch-norm/channel-affine.js';
import { convConsumer } from '../batch-norm/consumers/conv.js';
import { gemmConsumer } from '../batch-norm/consumers/gemm.js';
import type { NeighbourFold } from '../batch-norm/neighbour-fold.js';
import { convProducer } from '../batch-norm/producers/conv.js';
import { convTransposeProducer } from '../batch-norm/producers/conv-transpose.js';
import { gemmProducer } from '../batch-norm/producers/gemm.js';
import { matMulAddProducer } from '../batch-norm/producers/matmul-add.js';
import { rankLookup } from '../batch-norm/value-rank.js';
import { bypass, canBypass } from '../graph-edits/bypass.js';
import { removeUnread } from '../graph-edits/remove-unread.js';
import { foldedInto, noNeighbour, sharedValue } from '../messages.js';
import { mainScopes, type Rewrite, type RewriteScope } from '../rewrite.js';

/** The norm counts channels along axis 1; for a MatMul with Add those are the columns only where there are no others. */
const MATRIX_RANK = 2;

const PRODUCERS: Readonly<Record<string, NeighbourFold>> = {
  Add: matMulAddProducer,
  Conv: convProducer,
  ConvTranspose: convTransposeProducer,
  Gemm: gemmProducer,
};

const CONSUMERS: Readonly<Record<string, NeighbourFold>> = { Conv: convConsumer, Gemm: gemmConsumer };

interface NormScope extends RewriteScope {
  rankOf(value: Value): Promise<number | undefined>;
}

/** What became of a norm: the node it was folded into, or why it stays. */
type Outcome = { readonly neighbour: string } | { readonly reason: string };

/** Folds inference BatchNormalization into the node before it, or else into the node behind it where that is exact. */
export const foldBatchNorms: Rewrite = async (model, scope) => {
  const changed: Change[] = [];
  const skipped: Skip[] = [];
  const rankOf = rankLookup(model, scope.context);
  for (const graph of mainScopes(model)) {
    for (const node of [...graph.nodes]) {
      if (node.opType !== 'BatchNormalization' || node.domain !== '' || !scope.selected(node.label)) continue;
      const outcome = await foldNorm(node, { ...scope, rankOf });
      if ('neighbour' in outcome) changed.push(foldedInto(node.label, outcome.neighbour));
      else skipped.push({ node: node.label, reason: outcome.reason });
    }
  }
  return { changed, skipped };
};

async function foldNorm(norm: Node, scope: NormScope): Promise<Outcome> {
  const read = await readAffine(norm);
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
  const into = producer && producer.domain === '' ? PRODUCERS[producer.opType] : undefined;
  if (source === undefined || producer === undefined || into === undefined) return { reason: noNeighbour() };
  if (!scope.selected(producer.label) || producer.graph !== norm.graph) return { reason: noNeighbour() };
  if (source.uses.length > 1 || !canBypass(norm, source)) return { reason: sharedValue(source.name) };
  if (producer.opType === 'Add' && (await scope.rankOf(source)) !== MATRIX_RANK) return { reason: noNeighbour() };
  const reason = await into(producer, affine);
  if (reason !== undefined) return { reason };
  dropNorm(norm, source);
  return { neighbour: producer.label };
}

/** Into the only consumer, which then reads what the norm read. */
async function foldForward(norm: Node, affine: ChannelAffine, scope: NormScope): Promise<Outcome> {
  const source = norm.input(0);
  const output = norm.output(0);
  const [use, ...others] = output?.uses ?? [];
  if (source === undefined || use?.kind !== 'input' || use.index !== 0) return { reason: noNeighbour() };
  const into = use.node.domain === '' ? CONSUMERS[use.node.opType] : undefined;
  if (into === undefined || !scope.selected(use.node.label)) return { reason: noNeighbour() };
  if (others.length > 0) return { reason: sharedValue(present(output, 'output').name) };
  const reason = await into(use.node, affine);
  if (reason !== undefined) return { reason };
  dropNorm(norm, source);
  return { neighbour: use.node.label };
}

function dropNorm(norm: Node, source: Value): void {
  const parameters = [1, 2, 3, 4].flatMap((index) => norm.input(index) ?? []);
  bypass(norm, source);
  for (const parameter of parameters) removeUnread(parameter);
}
