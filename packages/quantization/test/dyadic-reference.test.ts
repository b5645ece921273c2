import { afterAll, describe, expect, it } from '@jest/globals';
import { type Model, present, readIndices, weightBehind } from '@onnx-compress/graph';
import { runModel } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { inFractions } from './support/bigint-reference.js';
import { dyadic, functionsNet, picture, residualNet } from './support/dyadic-net.js';

afterAll(closeHost);

/** Names of all integers behind a QuantizeLinear. */
const quantizedNames = (model: Model) =>
  model.graph.nodes.flatMap(({ opType, outputs }) => (opType === 'QuantizeLinear' ? outputs.slice(0, 1) : []));

/** What a model gives at these values, which become its outputs. */
async function integersAt(model: Model, names: readonly string[], seed: number) {
  const tapped = model.clone();
  for (const name of names) tapped.graph.addOutput(present(tapped.graph.value(name), name), { dataType: 'uint8' });
  const outputs = await runModel(tapped, { x: picture(seed) });
  return new Map(names.map((name) => [name, present(outputs.get(name), name)]));
}

/** Integers of the weight of the first convolution. */
async function weightOf(model: Model) {
  const conv = present(
    model.graph.nodes.find(({ opType }) => opType === 'Conv'),
    'Conv',
  );
  return readIndices(present(weightBehind(conv.input(1)?.producer?.input(0)), 'weight').tensor);
}

/** Both formats give the integers of exact fractions. */
async function expectFractions(original: Model, options: Readonly<Record<string, unknown>>) {
  const { model: qdq, metrics } = await dyadic(original, options);
  const { model: integer, skipped } = await dyadic(original, { ...options, format: 'integer' });
  expect(metrics.exact).toBe(metrics.rescaled);
  const names = quantizedNames(qdq);
  const [first = ''] = names;
  const ofQdq = await integersAt(qdq, names, 50);
  const ofInteger = await integersAt(integer, names, 50);
  const reference = await inFractions(qdq, present(ofQdq.get(first), 'first integers'));
  expect(reference.size).toBeGreaterThan(5);
  for (const [name, values] of reference) {
    const expected = values.map(Number);
    expect(await readIndices(present(ofQdq.get(name), name))).toEqual(expected);
    expect(await readIndices(present(ofInteger.get(name), name))).toEqual(expected);
  }
  return { qdq, integer, metrics, skipped };
}

describe('dyadic models against exact fractions', () => {
  it.each([{}, { scales: 'pow2' }, { scales: 'pow2', weights: 'pow2' }, { multiplierBits: 24 }])(
    'give the same integers in both formats with %p',
    async (options) => {
      await expectFractions(residualNet(), options);
    },
  );

  it('give the same integers in both formats with functions that become tables', async () => {
    const { integer, metrics, skipped } = await expectFractions(functionsNet(), {});
    expect(metrics).toMatchObject({ tables: 4, exactTables: 4 });
    expect(skipped).toEqual([]);
    const operators = [...integer.nodes()].map(({ opType }) => opType);
    expect(operators.filter((name) => name === 'Gather')).toHaveLength(4);
    expect(operators.filter((name) => name === 'QuantizeLinear' || name === 'DequantizeLinear')).toHaveLength(2);
  });

  it('are the same integers in both formats where weights are rounded at random', async () => {
    const { qdq, metrics } = await expectFractions(residualNet(), { rounding: 'stochastic' });
    expect(metrics.exact).toBeGreaterThan(3);
    const { model: nearest } = await dyadic(residualNet());
    expect(await weightOf(qdq)).not.toEqual(await weightOf(nearest));
  });
});
