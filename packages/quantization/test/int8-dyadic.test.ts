import { afterAll, describe, expect, it } from '@jest/globals';
import type { DataType, Model, Node } from '@onnx-compress/graph';
import { closeHost, runtimeContext } from '@onnx-compress/test-kit/runtime';
import { dyadicSidecar, int8Dyadic } from '../src/index.js';
import { ConvNet } from './support/conv-net.js';
import { type DyadicOutcome, dyadic, functionsNet, INPUT_DIMS, picture, residualNet } from './support/dyadic-net.js';
import { fidelityDb } from './support/fidelity.js';
import { optimizedOperators } from './support/optimized-operators.js';

afterAll(closeHost);

const floatTypes: ReadonlySet<DataType | undefined> = new Set(['float32', 'float16', 'float64']);

/** Nodes that only floats in front of the first QuantizeLinear or behind the last DequantizeLinear are left to. */
async function nodesWithFloats(model: Model): Promise<readonly Node[]> {
  const context = runtimeContext();
  const types = await context.shapes.infer(model, new Map(), context.signal);
  const isFloat = (node: Node) =>
    [...node.inputs.map((_, index) => node.input(index)), ...node.outputs.map((_, index) => node.output(index))].some(
      (value) => value !== undefined && floatTypes.has(types.get(value)?.dataType),
    );
  return model.graph.nodes.filter(isFloat);
}

const operatorsOf = (model: Model) => [...model.nodes()].map(({ opType }) => opType);

const certified = ({ changed }: DyadicOutcome) => changed.filter(({ exact }) => exact !== undefined);

describe('int8-dyadic', () => {
  it('keeps the fast kernels, and every layer between integers is exact', async () => {
    const original = residualNet();
    const outcome = await dyadic(original);
    const layers = certified(outcome);
    expect(layers.length).toBeGreaterThanOrEqual(4);
    for (const layer of layers) {
      expect(layer).toMatchObject({ exact: true, accumulatorBits: expect.any(Number) });
      expect(Number(layer.multiplierBits)).toBeLessThanOrEqual(16);
    }
    const operators = await optimizedOperators(outcome.model);
    expect(operators).toContain('QLinearAdd');
    expect(operators.filter((name) => name === 'QLinearConv')).toHaveLength(5);
    expect(await fidelityDb(original, outcome.model, { x: picture(50) })).toBeGreaterThan(30);
  });

  it('holds no floats between its borders as plain integers', async () => {
    const { model, skipped } = await dyadic(residualNet(), { format: 'integer' });
    expect(skipped.filter(({ reason }) => reason.includes('plain integers'))).toEqual([]);
    const operators = operatorsOf(model);
    expect(operators.filter((name) => name === 'QuantizeLinear')).toHaveLength(1);
    expect(operators.filter((name) => name === 'DequantizeLinear')).toHaveLength(1);
    const names = (await nodesWithFloats(model)).map(({ opType }) => opType);
    const [first, second] = [names.indexOf('QuantizeLinear'), names.indexOf('DequantizeLinear')];
    expect([first, second - first]).toEqual([0, 1]);
  });

  it('says the same of multipliers with fewer bits and with powers of two', async () => {
    const short = await dyadic(residualNet(), { multiplierBits: 12 });
    for (const { multiplierBits } of certified(short)) expect(Number(multiplierBits)).toBeLessThanOrEqual(12);
    const powers = await dyadic(residualNet(), { scales: 'pow2', weights: 'pow2' });
    expect(certified(powers).map(({ multiplierBits }) => multiplierBits)).toEqual(certified(powers).map(() => 1));
  });

  it('leaves what has no plain integers between DequantizeLinear and QuantizeLinear, with the reason', async () => {
    const net = new ConvNet(INPUT_DIMS);
    const first = net.convRelu('first', 'x', 16, { kernel: 3 });
    const second = net.op('Softmax', 'shares', [net.conv('second', first, 16, { kernel: 3 })], { axis: { int: 1 } });
    const third = net.convRelu('third', second, 16, { kernel: 3 });
    net.conv('y', net.convRelu('fourth', third, 16, { kernel: 3 }), 16, { kernel: 3 });
    const original = net.model(['y']);
    const { model, skipped } = await dyadic(original, { format: 'integer' });
    expect(skipped).toContainEqual({ node: 'shares', reason: expect.stringContaining('Softmax') });
    expect(operatorsOf(model)).toContain('ConvInteger');
    expect(await fidelityDb(original, model, { x: picture(50) })).toBeGreaterThan(25);
  });

  it('lists integers, numerators and shifts of every value and operator', async () => {
    const { model, metrics } = await dyadic(residualNet());
    const sidecar = await dyadicSidecar(model);
    expect(sidecar).toEqual({ ...Object(metrics.dyadic), skipped: [] });
    expect(sidecar).toMatchObject({
      values: expect.arrayContaining([
        {
          name: 'x_q',
          type: 'uint8',
          bits: 8,
          zeroPoint: expect.any(Number),
          scale: { b: expect.any(Number), c: expect.any(Number) },
        },
      ]),
      operators: expect.arrayContaining([
        expect.objectContaining({
          node: 'sum',
          operator: 'Add',
          b: [expect.any(Number), expect.any(Number)],
          exact: true,
        }),
      ]),
      skipped: [],
    });
  });

  it('lists what every integer becomes by other functions', async () => {
    const { model, metrics } = await dyadic(functionsNet());
    const sidecar = await dyadicSidecar(model, new Map(), runtimeContext());
    expect(sidecar).toEqual({ ...Object(metrics.dyadic), skipped: [] });
    const listed = { node: 'bent', operator: 'Tanh', inputs: ['second_q'], outputs: ['bent_q'] };
    const known = { ...listed, table: expect.any(Array), exact: true };
    expect(sidecar).toMatchObject({ operators: expect.arrayContaining([known]) });
    expect(await dyadicSidecar(model)).toMatchObject({ operators: expect.arrayContaining([listed]) });
  });

  it('asks for samples', async () => {
    expect(int8Dyadic.needsCalibration).toBe(true);
    const transform = int8Dyadic.create(int8Dyadic.options.parse({}), { include: [], skip: [] });
    await expect(transform.run(residualNet(), runtimeContext())).rejects.toMatchObject({
      code: 'OPTION_NEEDS_SAMPLES',
    });
  });
});
