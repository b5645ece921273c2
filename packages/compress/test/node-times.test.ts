import { describe, expect, it } from '@jest/globals';
import { countCosts, type Model, propagateShapes } from '@onnx-compress/graph';
import type { LayerProfile } from '@onnx-compress/runtime';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import { applyStep } from '../src/apply-step.js';
import { nodeTimes, type ProfiledModel } from '../src/measure/node-times.js';
import { quantize } from '../src/steps.js';

/** A MatMul with its bias behind it, and an activation. */
const model = (): Model =>
  buildModel({
    inputs: { x: ['float32', [8, 128]] },
    outputs: ['y'],
    weights: { inner: randomFloats([128, 128], 2), inner_b: randomFloats([128], 3) },
    nodes: [
      { opType: 'MatMul', name: 'inner', inputs: ['x', 'inner'], outputs: ['m'] },
      { opType: 'Add', name: 'bias', inputs: ['m', 'inner_b'], outputs: ['n'] },
      { opType: 'Exp', name: 'exp', inputs: ['n'], outputs: ['y'] },
    ],
  });

/** One millisecond for every node. */
function profiled(content: Model, added: LayerProfile['added'] = []): ProfiledModel {
  const nodes = [...content.nodes()];
  const layers = nodes.map(({ label, opType }) => ({ node: label, opType, timeMs: 1, fused: [] }));
  const profile = { layers, added, totalMs: nodes.length, inferences: 2 };
  return { profile, costs: countCosts(content, propagateShapes(content, new Map())) };
}

describe('times of nodes side by side', () => {
  it('count what quantization put in place of a node in the row of that node', async () => {
    const original = model();
    const { model: result } = await applyStep(original, quantize('int8-per-channel'), {});
    const integers = [...result.nodes()].filter(({ opType }) => opType === 'MatMulInteger');
    expect(integers.map(({ label }) => label)).not.toEqual(['inner']);
    const times = nodeTimes(profiled(original), profiled(result));
    const [inner, bias, exp] = times;
    expect([inner, bias, exp]).toMatchObject([
      { node: 'inner', opType: 'MatMul', before: 1 },
      { node: 'bias', before: 1, after: 1 },
      { node: 'exp', before: 1, after: 1 },
    ]);
    expect(inner?.after).toBeGreaterThan(1);
    expect(times.some(({ opType }) => opType === 'MatMulInteger')).toBe(false);
    const total = times.reduce((sum, { after = 0 }) => sum + after, 0);
    expect(total).toBe([...result.nodes()].length);
  });

  it('keep what onnxruntime adds apart, and leave out what takes no time', () => {
    const before = profiled(model(), [{ opType: 'ReorderInput', timeMs: 2 }]);
    const after = profiled(model());
    const idle = { ...after.profile, layers: after.profile.layers.map((layer) => ({ ...layer, timeMs: 0 })) };
    expect(nodeTimes(before, { ...after, profile: idle }).at(-1)).toEqual({
      node: null,
      opType: 'ReorderInput',
      before: 2,
    });
    expect(nodeTimes(undefined, { ...after, profile: idle })).toEqual([]);
  });
});
