import { afterAll, describe, expect, it } from '@jest/globals';
import { type Model, present, readIndices } from '@onnx-compress/graph';
import { runModel } from '@onnx-compress/test-kit';
import { inFractions } from './support/bigint-reference.js';
import { dyadic, picture, residualNet } from './support/dyadic-net.js';
import { closeHost } from './support/runtime.js';

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

describe('dyadic models against exact fractions', () => {
  it.each([{}, { scales: 'pow2' }, { scales: 'pow2', weights: 'pow2' }, { multiplierBits: 24 }])(
    'give the same integers in both formats with %p',
    async (options) => {
      const { model: qdq, metrics } = await dyadic(residualNet(), options);
      const { model: integer } = await dyadic(residualNet(), { ...options, format: 'integer' });
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
    },
  );
});
