import { afterAll, expect, it } from '@jest/globals';
import { type Dim, openDims, propagateShapes, type ShapeTable, type Value } from '@onnx-compress/graph';
import { openModel } from '@onnx-compress/graph/node';
import { describeZoo } from '@onnx-compress/test-kit';
import { createHost } from '../src/host/host.js';
import { createShapeInference } from '../src/shapes/inference.js';

const host = createHost('worker');
afterAll(() => host.close());

const { signal } = new AbortController();

/** Large enough for every pooling of the zoo, and a multiple of 32. */
const SIZE = 64;

const knownDims = (table: ShapeTable, value: Value): readonly Dim[] | undefined => {
  const dims = table.get(value)?.dims;
  return dims?.every((dim) => typeof dim === 'number') ? dims : undefined;
};

describeZoo('shapes by our own rules', (models) => {
  it.each(models)('are those that onnxruntime infers: %s', async (path) => {
    const model = await openModel(path);
    try {
      const sizes = new Map(model.graph.inputs.flatMap(openDims).map((name) => [name, SIZE] as const));
      const ours = propagateShapes(model, sizes);
      const theirs = await createShapeInference(host).infer(model, sizes, signal);
      const differing = [...model.graph.values()].filter((value) => {
        const [own, inferred] = [knownDims(ours, value), knownDims(theirs, value)];
        return own && inferred && String(own) !== String(inferred);
      });
      expect(differing.map(({ name }) => name)).toEqual([]);
    } finally {
      await model.close();
    }
  });
});
