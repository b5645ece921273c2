import { afterAll, describe, expect, it } from '@jest/globals';
import { type Model, modelBytes, present } from '@onnx-compress/graph';
import { runModel } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { analyse } from '../src/analysis/analyse.js';
import { findGroups } from '../src/groups/find-groups.js';
import { applyEdits } from '../src/surgery/apply-edits.js';
import type { Edit, SliceEdit } from '../src/surgery/edit.js';
import { planEdits } from '../src/surgery/plan-edits.js';
import { reportEdits } from '../src/surgery/report-edits.js';
import { bertScaled, WIDTH } from './attention-nets.js';
import { Net } from './net.js';
import { oracleError } from './oracle.js';
import { inferShapes, randomFeeds } from './pruning-context.js';
import { TokenNet } from './token-net.js';

afterAll(closeHost);

/** Two square layers on a residual sum, a shuffle and a split, so that wrong edits often still have fitting shapes. */
function residualNet(): Model {
  const net = new Net(8);
  const first = net.batchNorm(net.conv('x', 8));
  const sum = net.op('Add', [first, net.conv(net.unary('Relu', first), 8)], 8);
  const [left = '', right = ''] = net.ops('Split', [net.shuffle(sum, 2), net.integers([4, 4])], [4, 4], {
    axis: { int: 1 },
  });
  return net.build(net.op('Add', [net.conv(left, 8), net.conv(right, 8)], 8));
}

const isSlice = (edit: Edit): edit is SliceEdit => edit.kind === 'slice';

/** Corrupts the first edit that the test is about. */
function corrupt(edits: readonly Edit[], which: (edit: Edit) => boolean, change: (edit: Edit) => readonly Edit[]) {
  const at = edits.findIndex(which);
  return [...edits.slice(0, at), ...change(present(edits[at], 'edit')), ...edits.slice(at + 1)];
}

const sliceOf = (axis: number) => (edit: Edit) =>
  isSlice(edit) && edit.weight.tensor.dims.length === 4 && edit.axis === axis;

function shifted(edit: Edit): readonly Edit[] {
  if (!isSlice(edit)) return [edit];
  const size = edit.keep.length + edit.removed.length;
  return [{ ...edit, keep: edit.keep.map((index) => (index + 1) % size).sort((a, b) => a - b) }];
}

const BROKEN: Readonly<Record<string, (edits: readonly Edit[]) => readonly Edit[]>> = {
  'slices the wrong axis of a weight': (edits) =>
    corrupt(edits, sliceOf(0), (edit) => (isSlice(edit) ? [{ ...edit, axis: 1 }] : [edit])),
  'swaps the two axes of a square weight': (edits) =>
    edits.map((edit) =>
      isSlice(edit) && edit.axis < 2 && edit.weight.tensor.dims[1] === 8 ? { ...edit, axis: 1 - edit.axis } : edit,
    ),
  'forgets one consumer': (edits) => corrupt(edits, sliceOf(1), () => []),
  'forgets the bias': (edits) =>
    corrupt(
      edits,
      (edit) => isSlice(edit) && edit.weight.tensor.dims.length === 1,
      () => [],
    ),
  'is off by one in the producer': (edits) => corrupt(edits, sliceOf(0), shifted),
  'is off by one in the consumer': (edits) => corrupt(edits, sliceOf(1), shifted),
  'is off by one in a channel vector': (edits) =>
    corrupt(edits, (edit) => isSlice(edit) && edit.weight.tensor.dims.length === 1, shifted),
  'forgets a target shape': (edits) =>
    corrupt(
      edits,
      (edit) => edit.kind === 'operand',
      () => [],
    ),
  'puts the split one channel too early': (edits) =>
    corrupt(
      edits,
      (edit) => edit.kind === 'operand' && edit.node.opType === 'Split',
      (edit) => {
        if (edit.kind !== 'operand') return [edit];
        const [first = 0, second = 0] = edit.values;
        return [{ ...edit, values: [first - 1, second + 1] }];
      },
    ),
};

/** Attention whose scale is computed from the head size. */
function attentionNet(): Model {
  const net = new TokenNet(WIDTH);
  return net.build(bertScaled(net));
}

const isProjection = (edit: Edit) => isSlice(edit) && edit.weight.tensor.dims.length === 2 && edit.axis === 1;

const BROKEN_ATTENTION: Readonly<Record<string, (edits: readonly Edit[]) => readonly Edit[]>> = {
  'computes the scale from the new head size': (edits) =>
    edits.filter((edit) => edit.kind !== 'operand' || edit.node.opType !== 'Sqrt'),
  'removes other channels from queries than from keys': (edits) => corrupt(edits, isProjection, shifted),
  'forgets the size of a head': (edits) =>
    corrupt(
      edits,
      (edit) => edit.kind === 'operand' && edit.node.opType === 'Concat',
      () => [],
    ),
};

/** What catches broken surgery: the graph's own checks, onnxruntime, or other numbers than the masked original's. */
async function caughtBy(original: Model, breakEdits: (edits: readonly Edit[]) => readonly Edit[]): Promise<string> {
  const model = original.clone();
  const engine = analyse(model, await inferShapes(model));
  const units = findGroups(engine).flatMap((group) =>
    group.units.filter((unit) => !group.pinned.has(unit)).slice(1, 3),
  );
  const edits = planEdits(engine, units);
  const changed = reportEdits(edits);
  const feeds = randomFeeds(original);
  try {
    applyEdits(model, breakEdits(edits));
    if (model.validate().length > 0) return 'validation';
    await runModel(await modelBytes(model), feeds);
  } catch {
    return 'verification';
  }
  return (await oracleError(original, model, changed, feeds)) > 1e-4 ? 'oracle' : 'nothing';
}

describe('surgery that is broken on purpose', () => {
  it('is not suspected when it is whole', async () => {
    expect(await caughtBy(residualNet(), (edits) => edits)).toBe('nothing');
  });

  it.each(Object.entries(BROKEN))('is caught when it %s', async (_, breakEdits) => {
    expect(await caughtBy(residualNet(), breakEdits)).not.toBe('nothing');
  });

  it.each(Object.entries(BROKEN_ATTENTION))('is caught in attention when it %s', async (_, breakEdits) => {
    expect(await caughtBy(attentionNet(), (edits) => edits)).toBe('nothing');
    expect(await caughtBy(attentionNet(), breakEdits)).not.toBe('nothing');
  });

  it('is caught by the numbers where all shapes fit', async () => {
    for (const name of ['is off by one in the producer', 'is off by one in the consumer']) {
      expect(await caughtBy(residualNet(), present(BROKEN[name], name))).toBe('oracle');
    }
  });
});
