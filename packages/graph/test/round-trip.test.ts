import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeZoo } from '@onnx-compress/test-kit';
import onnxProto from 'onnx-proto';
import { onnx } from '../generated/onnx.js';
import type { Graph } from '../src/model/graph.js';
import type { Model } from '../src/model/model.js';
import type { Weight } from '../src/model/weight.js';
import { openModel, type WrittenModel, writeModel } from '../src/node.js';
import { memoryTensor } from '../src/tensor/tensor.js';

/** Files in a legal encoding that is not the canonical one, and why: they come out as the same model, canonically. */
const UNUSUAL_ENCODINGS: Readonly<Record<string, string>> = {
  'packed-integers.onnx': 'repeated integers are packed, as producers built on the proto3 schema write them',
  'unusual-field-order.onnx': 'fields in descending order, packed dims, a varint longer than needed',
};

const fixtures = join(import.meta.dirname, '..', '..', '..', 'fixtures');
const fixturePaths = (await readdir(fixtures))
  .filter((name) => name.endsWith('.onnx'))
  .map((name) => join(fixtures, name));

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'round-trip-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** What is written after `edit` worked on the model at `path`. */
async function afterEdit(path: string, edit: (model: Model) => void): Promise<WrittenModel> {
  const model = await openModel(path);
  try {
    edit(model);
    expect(model.validate()).toEqual([]);
    return await writeModel(model, join(folder, basename(path)));
  } finally {
    await model.close();
  }
}

async function expectSameBytes(actual: string, expected: string): Promise<void> {
  expect(Buffer.compare(await readFile(actual), await readFile(expected))).toBe(0);
}

/** Compares bytes; a file of the list above need only hold the same model, in the eyes of both schemas. */
async function expectSameFiles(path: string, written: WrittenModel): Promise<void> {
  for (const data of written.external) await expectSameBytes(data.path, join(dirname(path), basename(data.path)));
  if (!(basename(path) in UNUSUAL_ENCODINGS)) {
    await expectSameBytes(written.path, path);
    return;
  }
  const [actual, expected] = await Promise.all([readFile(written.path), readFile(path)]);
  expect(onnx.ModelProto.decode(actual)).toEqual(onnx.ModelProto.decode(expected));
  expect(onnxProto.onnx.ModelProto.decode(actual)).toEqual(onnxProto.onnx.ModelProto.decode(expected));
}

const replaceable = (weight: Weight) => weight.tensor.dataType !== 'string';

function replaceAndPutBack(model: Model): void {
  for (const weight of [...model.weights()].filter(replaceable)) {
    const original = weight.tensor;
    weight.replace(memoryTensor(original.dataType, original.dims, new Uint8Array(original.byteLength)));
    weight.replace(original);
  }
}

function insertAndRemove(graph: Graph): void {
  const [first] = graph.nodes;
  const [source] = graph.inputs;
  if (first === undefined || source === undefined) return;
  const node = graph.addNode(
    { opType: 'Identity', inputs: [source.name], outputs: [graph.uniqueName('inserted')] },
    { after: first },
  );
  graph.removeNode(node);
}

/** The graph as onnx-proto sees it, in the terms of our own view. */
const structureSeenBy = ({ node, output }: onnxProto.onnx.IGraphProto) => ({
  nodes: (node ?? []).map(({ opType, domain, input, output: results }) => [opType, domain ?? '', input, results]),
  outputs: (output ?? []).map(({ name }) => name),
});

const ownStructure = (graph: Graph) => ({
  nodes: graph.nodes.map(({ opType, domain, inputs, outputs }) => [opType, domain, [...inputs], [...outputs]]),
  outputs: graph.outputs.map(({ name }) => name),
});

function defineRoundTrips(paths: readonly string[]): void {
  describe.each(paths.map((path) => [basename(path), path] as const))('%s', (_, path) => {
    it('comes out as it went in', async () => {
      await expectSameFiles(path, await afterEdit(path, () => {}));
    });

    it('comes out as it went in after every weight was replaced and put back', async () => {
      await expectSameFiles(path, await afterEdit(path, replaceAndPutBack));
    });

    it('comes out as it went in after nodes were inserted and removed in every graph', async () => {
      await expectSameFiles(path, await afterEdit(path, (model) => [...model.walk()].forEach(insertAndRemove)));
    });

    it('is read alike by onnx-proto after an edit', async () => {
      let expected: ReturnType<typeof ownStructure> | undefined;
      const written = await afterEdit(path, (model) => {
        const { graph } = model;
        const output = graph.outputs[0];
        if (output === undefined) throw new Error('the model has no output');
        graph.addNode({ opType: 'Identity', inputs: [output.name], outputs: [graph.uniqueName('copy')] });
        const [weight] = [...graph.weights()].filter(replaceable);
        weight?.replace(
          memoryTensor(weight.tensor.dataType, weight.tensor.dims, new Uint8Array(weight.tensor.byteLength)),
        );
        expected = ownStructure(graph);
      });
      const { graph } = onnxProto.onnx.ModelProto.decode(await readFile(written.path));
      expect(structureSeenBy(graph ?? {})).toEqual(expected);
    });
  });
}

describe('round trip of fixtures', () => {
  defineRoundTrips(fixturePaths);

  it('takes the data file of an untouched model along', async () => {
    const written = await afterEdit(join(fixtures, 'external-data.onnx'), () => {});
    expect(written.external.map(({ path }) => path)).toEqual([join(folder, 'external-data.bin')]);
  });
});

describeZoo('round trip of real models', defineRoundTrips);
