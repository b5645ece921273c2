import { describe, expect, it } from '@jest/globals';
import { countCosts, int64Tensor, type Model, propagateShapes, ShapeTable } from '@onnx-compress/graph';
import { openModel } from '@onnx-compress/graph/node';
import { buildModel, describeZoo, lenet5Caffe, randomFloats } from '@onnx-compress/test-kit';
import { applyStep } from '../src/apply-step.js';
import { layerRecords } from '../src/report/layers.js';
import { prune, quantize } from '../src/steps.js';

const costs = (model: Model) => countCosts(model, propagateShapes(model, new Map([['batch', 1]])));

/** An embedding, a MatMul with its bias behind it, a Gemm and a convolution, each large enough to be quantized. */
function mixed(): Model {
  const weights = {
    axis: int64Tensor([1], [1]),
    table: randomFloats([100, 64], 1),
    inner: randomFloats([64, 64], 2),
    inner_b: randomFloats([64], 3),
    kernel: randomFloats([64, 1, 3, 3], 4, 0.1),
    head: randomFloats([64, 10], 5),
    head_b: randomFloats([10], 6),
  };
  return buildModel({
    inputs: { ids: ['int64', [1, 8]] },
    outputs: ['scores'],
    weights,
    nodes: [
      { opType: 'Gather', name: 'embed', inputs: ['table', 'ids'], outputs: ['e'] },
      { opType: 'MatMul', name: 'inner', inputs: ['e', 'inner'], outputs: ['m'] },
      { opType: 'Add', name: 'inner_bias', inputs: ['m', 'inner_b'], outputs: ['n'] },
      { opType: 'Unsqueeze', name: 'image', inputs: ['n', 'axis'], outputs: ['u'] },
      { opType: 'Conv', name: 'conv', inputs: ['u', 'kernel'], outputs: ['c'] },
      { opType: 'GlobalAveragePool', name: 'pool', inputs: ['c'], outputs: ['p'] },
      { opType: 'Flatten', name: 'flat', inputs: ['p'], outputs: ['f'] },
      { opType: 'Gemm', name: 'head', inputs: ['f', 'head', 'head_b'], outputs: ['scores'] },
    ],
  });
}

/** Matrix products of these names, one after the other. */
const chain = (names: readonly string[]) =>
  buildModel({
    inputs: { x: ['float32', [1, 64]] },
    outputs: [`${names.at(-1)}.out`],
    weights: Object.fromEntries(names.map((name, index) => [`${name}.w`, randomFloats([64, 64], index)])),
    nodes: names.map((name, index) => ({
      opType: 'MatMul',
      name,
      inputs: [index === 0 ? 'x' : `${names[index - 1]}.out`, `${name}.w`],
      outputs: [`${name}.out`],
    })),
  });

describe('layers before and after', () => {
  it('stand in one row each when they were quantized', async () => {
    const before = mixed();
    const { model, result } = await applyStep(before, quantize('int8-per-channel'), {});
    expect(result.changed.map(({ node }) => node)).toEqual(expect.arrayContaining(['embed', 'inner', 'head']));
    const records = layerRecords(costs(before), costs(model));
    expect(records.map(({ node, opType }) => [node, opType])).toEqual([
      ['embed', 'Gather'],
      ['inner', 'MatMul'],
      ['conv', 'Conv'],
      ['head', 'Gemm'],
    ]);
    for (const { before: first, after: second } of records) {
      expect(second).toMatchObject({ parameters: first?.parameters, macs: first?.macs });
    }
    for (const name of ['embed', 'inner', 'head']) {
      const record = records.find(({ node }) => node === name);
      expect(record?.after?.weightBytes).toBeLessThan(0.6 * (record?.before?.weightBytes ?? 0));
    }
  });

  it('shrink where channels were pruned', async () => {
    const before = lenet5Caffe();
    const { model } = await applyStep(before, prune('l1', { ratio: 0.5 }), {});
    const records = layerRecords(costs(before), costs(model));
    expect(records.map(({ node }) => node)).toEqual(['conv1', 'conv3', 'linear6', 'linear8']);
    for (const record of records) {
      expect(record.after?.parameters).toBeLessThan(record.before?.parameters ?? 0);
      expect(record.after?.macs).toBeLessThan(record.before?.macs ?? 0);
    }
  });

  it('keep their row where they were split in two, and have their first factor in front of them', async () => {
    const whole = chain(['a', 'b', 'c']);
    const split = chain(['a', 'b/rank2', 'b', 'c']);
    const rows = (model: Model) =>
      layerRecords(costs(whole), costs(model)).map(({ node, before, after }) => [
        node,
        before !== null,
        after !== null,
      ]);
    const expected = [
      ['a', true, true],
      ['b/rank2', false, true],
      ['b', true, true],
      ['c', true, true],
    ];
    expect(rows(split)).toEqual(expected);
    const { model, result } = await applyStep(split, quantize('int8-weight-only'), {});
    expect(result.changed.map(({ node }) => node)).toContain('b/rank2');
    expect(rows(model)).toEqual(expected);
  });

  it('are null on the side that lacks them, in the order of execution', () => {
    const records = layerRecords(costs(chain(['a', 'b', 'd'])), costs(chain(['new', 'a', 'c', 'd'])));
    expect(records.map(({ node, before, after }) => [node, before !== null, after !== null])).toEqual([
      ['new', false, true],
      ['a', true, true],
      ['c', false, true],
      ['b', true, false],
      ['d', true, true],
    ]);
  });

  it('leave out nodes that neither weigh nor multiply', () => {
    const model = buildModel({
      inputs: { x: ['float32', [1, 4]] },
      outputs: ['y'],
      weights: { half: randomFloats([], 1) },
      nodes: [{ opType: 'Mul', inputs: ['x', 'half'], outputs: ['y'] }],
    });
    expect(layerRecords(costs(model), costs(model))).toEqual([]);
  });
});

describeZoo('layers of real models', (models) => {
  it.each(models)('%s: every quantized layer stands in the row of its original', async (path) => {
    const original = await openModel(path);
    const { model } = await applyStep(original, quantize('int8-per-channel'), {});
    const records = layerRecords(countCosts(original, new ShapeTable()), countCosts(model, new ShapeTable()));
    expect(records.filter(({ before, after }) => before === null || after === null)).toEqual([]);
    expect(records.filter(({ before, after }) => before?.parameters !== after?.parameters)).toEqual([]);
    await original.close();
  });
});
