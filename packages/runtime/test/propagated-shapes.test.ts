import { afterAll, expect, it } from '@jest/globals';
import {
  type Dim,
  inferByRules,
  type Model,
  openDims,
  propagateShapes,
  ShapeTable,
  type Value,
} from '@onnx-compress/graph';
import { openModel } from '@onnx-compress/graph/node';
import { describeZoo } from '@onnx-compress/test-kit';
import { createHost } from '../src/host/host.js';
import { inferModel } from '../src/shapes/infer-model.js';

const host = createHost('worker');
afterAll(() => host.close());

const { signal } = new AbortController();

/** Large enough for every pooling of the zoo, and a multiple of 32. */
const SIZE = 64;

const knownDims = (table: ShapeTable, value: Value): readonly Dim[] | undefined => {
  const dims = table.get(value)?.dims;
  return dims?.every((dim) => typeof dim === 'number') ? dims : undefined;
};

/** What onnxruntime alone says. */
async function theirShapes(model: Model, dims: ReadonlyMap<string, Dim>): Promise<ShapeTable> {
  const table = new ShapeTable();
  await inferModel({ host, table, dims, inputTypes: new Map(), signal }, model);
  return table;
}

describeZoo('shapes by our own rules', (models) => {
  it.each(models)('are those that onnxruntime infers: %s', async (path) => {
    const model = await openModel(path);
    try {
      const sizes = new Map(model.graph.inputs.flatMap(openDims).map((name) => [name, SIZE] as const));
      const ours = propagateShapes(model, sizes);
      const theirs = await theirShapes(model, sizes);
      const differing = [...model.graph.values()].filter((value) => {
        const [own, inferred] = [knownDims(ours, value), knownDims(theirs, value)];
        return own && inferred && String(own) !== String(inferred);
      });
      expect(differing.map(({ name }) => name)).toEqual([]);
    } finally {
      await model.close();
    }
  });

  it.each(models)('and, where rules tell all, types and symbols are theirs too: %s', async (path) => {
    const model = await openModel(path);
    try {
      const ours = inferByRules(model, new Map());
      if (ours === undefined) return;
      const theirs = await theirShapes(model, new Map());
      const symbols = new Set<Dim>(model.graph.inputs.flatMap(openDims));
      const isKnown = (dim: Dim) => typeof dim === 'number' || symbols.has(dim);
      const differing = [...model.graph.values()].filter((value) => {
        const [own, inferred] = [ours.get(value), theirs.get(value)];
        const contradicted = inferred?.dims?.some((dim, axis) => isKnown(dim) && dim !== own?.dims?.[axis]);
        return contradicted || own?.dataType !== inferred?.dataType || own?.dims?.length !== inferred?.dims?.length;
      });
      expect(differing.map((value) => [value.name, ours.get(value), theirs.get(value)])).toEqual([]);
    } finally {
      await model.close();
    }
  });
});
