import { describe, expect, it } from '@jest/globals';
import { int64Tensor, type Model, present } from '@onnx-compress/graph';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import { quantized } from './support/context.js';
import { fidelityDb } from './support/fidelity.js';

const ROWS = 50;
const WIDTH = 32;

/** Rows from which a table of this width stays integers in memory. */
const MANY_ROWS = 2 ** 15;

const TABLES = new Map([ROWS, MANY_ROWS].map((rows) => [rows, randomFloats([rows, WIDTH], 1)]));

const tableOf = (rows: number) => present(TABLES.get(rows), 'table');

function embedding(axis: number, rows = ROWS): Model {
  return buildModel({
    inputs: { ids: ['int64', [2, 3]] },
    outputs: ['y'],
    weights: { table: tableOf(rows) },
    nodes: [{ opType: 'Gather', inputs: ['table', 'ids'], outputs: ['y'], attributes: { axis: { int: axis } } }],
  });
}

const FEEDS = { ids: int64Tensor([2, 3], [0, 7, -1, 13, 13, 31]) };

describe('a table of embeddings', () => {
  it.each(['per-channel', 'per-tensor'] as const)(
    'is gathered as int8 and scaled afterwards where it is large (%s)',
    async (granularity) => {
      const original = embedding(0, MANY_ROWS);
      const { model, changed } = await quantized(original, { granularity });
      expect(changed).toMatchObject([{ tensor: 'table', form: 'weight-only' }]);
      const [first] = model.graph.nodes;
      expect([first?.opType, first?.inputs[0]]).toEqual(['Gather', 'table_quantized']);
      expect(await fidelityDb(original, model, FEEDS)).toBeGreaterThan(35);
    },
  );

  it('is restored at load where it is small, which takes no time at run time', async () => {
    const original = embedding(0);
    const { model } = await quantized(original);
    expect(model.graph.nodes.map(({ opType }) => opType)).toEqual(['Cast', 'Mul', 'Gather']);
    expect(await fidelityDb(original, model, FEEDS)).toBeGreaterThan(35);
  });

  it('is restored as a whole when columns are gathered', async () => {
    const original = embedding(1);
    const { model } = await quantized(original);
    expect(model.graph.nodes.map(({ opType }) => opType)).toEqual(['Cast', 'Mul', 'Gather']);
    expect(await fidelityDb(original, model, FEEDS)).toBeGreaterThan(35);
  });

  it.each([ROWS, MANY_ROWS])('that is tied to the output layer is stored once (%d rows)', async (rows) => {
    const original = buildModel({
      inputs: { ids: ['int64', [2]] },
      outputs: ['y'],
      weights: { table: tableOf(rows) },
      nodes: [
        { opType: 'Gather', inputs: ['table', 'ids'], outputs: ['hidden'] },
        { opType: 'Gemm', inputs: ['hidden', 'table'], outputs: ['y'], attributes: { transB: { int: 1 } } },
      ],
    });
    const { model, changed } = await quantized(original, { activations: 'dynamic' });
    expect(changed).toHaveLength(2);
    expect([...model.weights()].map(({ name }) => name)).toEqual(['table_quantized', 'table_scale']);
    expect(await fidelityDb(original, model, { ids: int64Tensor([2], [3, 49]) })).toBeGreaterThan(35);
  });
});
