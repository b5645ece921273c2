import { describe, expect, it } from '@jest/globals';
import { float32Tensor, type Model, memorySource, modelBytes, readModel as readGraph } from '@onnx-compress/graph';
import { openModel } from '@onnx-compress/graph/node';
import { buildModel, describeZoo, ifModelBytes, type ModelSpec, randomFloats } from '@onnx-compress/test-kit';
import { applyStep } from '../src/apply-step.js';
import { counterparts } from '../src/diff/counterparts.js';
import { diffModels } from '../src/diff/diff-models.js';
import { diffNodes } from '../src/diff/nodes.js';
import { pairNodes } from '../src/diff/pair-nodes.js';
import { renderDiff } from '../src/diff/render-diff.js';
import { compareWeights } from '../src/diff/weights.js';
import { readModel } from '../src/read-model.js';
import { quantize } from '../src/steps.js';

interface NetOptions {
  readonly name: (base: string) => string;
  readonly skip?: readonly string[];
  readonly width?: number;
  readonly opset?: number;
}

/** Blocks of Conv, Relu and a branch with Add: many nodes alike, as in real networks. */
function net({ name, skip = [], width = 8, opset = 17 }: NetOptions): Model {
  const weights: Record<string, ReturnType<typeof randomFloats>> = {};
  const nodes: ModelSpec['nodes'][number][] = [];
  let value = 'image';
  for (let block = 0; block < 4; block++) {
    const channels = block === 0 ? 3 : width;
    weights[name(`w${block}`)] = randomFloats([width, channels, 3, 3], block);
    weights[name(`b${block}`)] = float32Tensor([width], new Float32Array(width));
    const [conv, relu] = [name(`conv${block}`), name(`relu${block}`)];
    const inputs = [value, name(`w${block}`), name(`b${block}`)];
    nodes.push({ opType: 'Conv', name: conv, inputs, outputs: [conv], attributes: { pads: { ints: [1, 1, 1, 1] } } });
    value = conv;
    if (skip.includes(`relu${block}`)) continue;
    nodes.push({ opType: 'Relu', name: relu, inputs: [value], outputs: [relu] });
    value = relu;
  }
  nodes.push({ opType: 'GlobalAveragePool', name: name('pool'), inputs: [value], outputs: ['scores'] });
  return buildModel({ opset, inputs: { image: ['float32', [1, 3, 8, 8]] }, outputs: ['scores'], weights, nodes });
}

async function compare(before: Model, after: Model) {
  const paired = pairNodes(before, after);
  const { difference, pairs } = await compareWeights(before, after, paired.pairs);
  return { nodes: diffNodes(paired, counterparts(before, after, paired.pairs, pairs)), weights: difference };
}

const original = { name: (base: string) => base };
const exportedAgain = { name: (base: string) => `/net/${base}_7` };

describe('the difference of a model and its second export', () => {
  it('is a list of new names, with nothing else that differs', async () => {
    const { nodes, weights } = await compare(net(original), net(exportedAgain));
    expect(nodes).toMatchObject({ added: [], removed: [], changed: [] });
    expect(nodes.renamed).toHaveLength(9);
    expect(
      nodes.renamed.every(({ before, after, differs }) => after === `/net/${before}_7` && differs.length === 0),
    ).toBe(true);
    expect(weights).toMatchObject({ added: [], removed: [], changed: [] });
    expect(weights.renamed).toHaveLength(8);
    expect(weights.renamed.every(({ before, after, sameValues }) => after === `/net/${before}_7` && sameValues)).toBe(
      true,
    );
  });

  it('names what was taken out and what now reads something else', async () => {
    const { nodes } = await compare(net(original), net({ ...exportedAgain, skip: ['relu1'] }));
    expect(nodes.removed).toEqual([{ node: 'relu1', opType: 'Relu' }]);
    expect(nodes.renamed.filter(({ differs }) => differs.length > 0)).toEqual([
      { before: 'conv2', after: '/net/conv2_7', opType: 'Conv', differs: ['inputs'] },
    ]);
  });

  it('pairs weights of other shapes through the nodes that read them', async () => {
    const { nodes, weights } = await compare(net(original), net({ ...exportedAgain, width: 6 }));
    expect(nodes).toMatchObject({ added: [], removed: [] });
    expect(weights).toMatchObject({ added: [], removed: [] });
    expect(weights.renamed).toContainEqual({
      before: 'w1',
      after: '/net/w1_7',
      from: { dataType: 'float32', dims: [8, 8, 3, 3] },
      to: { dataType: 'float32', dims: [6, 6, 3, 3] },
      sameValues: false,
    });
  });
});

/** A chain of Relu nodes without names, as read from a file. */
function nameless(outputs: readonly string[]): Promise<Model> {
  const model = buildModel({
    inputs: { x: ['float32', [4]] },
    outputs: outputs.slice(-1),
    nodes: outputs.map((output, index) => ({
      opType: 'Relu',
      name: '',
      inputs: [outputs[index - 1] ?? 'x'],
      outputs: [output],
    })),
  });
  return modelBytes(model).then((bytes) => readGraph(memorySource(bytes, 'a chain')));
}

describe('nodes without names', () => {
  it('are not called changed or renamed when the count in their labels moves', async () => {
    const { nodes } = await compare(await nameless(['a', 'b', 'c']), await nameless(['b', 'c']));
    expect(nodes).toMatchObject({ added: [], renamed: [], removed: [{ node: 'Relu#0' }] });
    expect(nodes.changed).toEqual([{ node: 'Relu#1', differs: ['inputs'] }]);
  });
});

/** An If whose branches hold a weight and a node of the same names. */
async function branches(seeds: Readonly<Record<string, number>>, names: Readonly<Record<string, string>> = {}) {
  const model = await readGraph(memorySource(ifModelBytes(), 'two branches'));
  for (const graph of model.walk()) {
    if (graph.owner === undefined) continue;
    const { attribute } = graph.owner;
    graph.addWeight('shared_name', randomFloats([4], seeds[attribute] ?? 1));
    const [result] = graph.nodes.slice(-1).flatMap(({ outputs }) => outputs);
    const name = names[attribute] ?? 'spare';
    graph.addNode({ opType: 'Relu', name, inputs: [result ?? ''], outputs: [`${attribute}_spare`] });
  }
  return readGraph(memorySource(await modelBytes(model), 'two branches'));
}

describe('the branches of an If', () => {
  it('are kept apart where they use the same names', async () => {
    const { nodes, weights } = await compare(
      await branches({}),
      await branches({ else_branch: 2 }, { then_branch: 'renamed' }),
    );
    const shape = { dataType: 'float32', dims: [4] };
    expect(weights).toEqual({
      added: [],
      removed: [],
      changed: [{ name: 'choose.else_branch/shared_name', before: shape, after: shape }],
      renamed: [],
    });
    expect(nodes).toEqual({
      added: [],
      removed: [],
      changed: [],
      renamed: [{ before: 'spare', after: 'renamed', opType: 'Relu', differs: [] }],
    });
  });
});

describe('a quantized weight', () => {
  it('is one that has changed, with its scale', async () => {
    const before = net(original);
    const { model: after } = await applyStep(before, quantize('int8-per-channel'), {});
    const { weights } = await compare(before, after);
    expect(weights).toMatchObject({ added: [], removed: [], renamed: [] });
    expect(weights.changed).toContainEqual({
      name: 'w1',
      before: { dataType: 'float32', dims: [8, 8, 3, 3] },
      after: { dataType: 'int8', dims: [8, 8, 3, 3] },
      quantized: { name: 'w1_quantized', scale: { dataType: 'float32', dims: [8, 1, 1, 1] } },
    });
    const [first, second] = [await readModel(await modelBytes(before)), await readModel(await modelBytes(after))];
    expect(renderDiff(await diffModels(first, second), true)).toMatch(
      /~ weight +w1 +float32\[8, 8, 3, 3\] -> int8\[8, 8, 3, 3\] \+ scale\[8\]/,
    );
    await first.close();
    await second.close();
  });
});

describe('the difference as a whole', () => {
  const open = async (model: Model) => readModel(await modelBytes(model));

  it('has inputs, outputs and versions, and its text groups rows alike', async () => {
    const before = await open(net(original));
    const after = await open(net({ ...exportedAgain, opset: 18 }));
    const diff = await diffModels(before, after);
    expect(diff).toMatchObject({
      same: false,
      inputs: { added: [], removed: [], changed: [] },
      properties: [{ name: 'opset ai.onnx', before: 17, after: 18 }],
    });
    const text = renderDiff(diff, false);
    expect(text).toContain('nodes: 0 added, 0 removed, 0 changed, 9 renamed');
    expect(text).toMatch(/~ 9 nodes +renamed +conv0 -> \/net\/conv0_7, /);
    expect(text).toMatch(/~ property +17 -> 18 +opset ai.onnx/);
    expect(text.split('\n').length).toBeLessThan(15);
    expect(renderDiff(diff, true)).toMatch(/~ weight +w3 -> \/net\/w3_7 +renamed, same values/);
    const painted = renderDiff(diff, false, { changed: (line) => `<${line}>` });
    expect(painted).toContain('<  ~ 9 nodes');
    await before.close();
    await after.close();
  });

  it('says that only the interface differs where it does', async () => {
    const build = (batch: number) =>
      buildModel({
        inputs: { x: ['float32', [batch, 4]] },
        outputs: ['y'],
        nodes: [{ opType: 'Relu', name: 'relu', inputs: ['x'], outputs: ['y'] }],
      });
    const [before, after] = [await open(build(1)), await open(build(2))];
    const diff = await diffModels(before, after);
    expect(diff.same).toBe(false);
    expect(renderDiff(diff, false)).toMatch(
      /same nodes and weights\n.*1 differ\n {2}~ input +float32\[1, 4\] -> float32\[2, 4\] +x/,
    );
    await before.close();
    await after.close();
  });
});

describeZoo('real models', (models) => {
  it.each(models)('%s is like itself', async (path) => {
    const [first, second] = [await openModel(path), await openModel(path)];
    const { nodes, weights } = await compare(first, second);
    const none = { added: [], removed: [], changed: [], renamed: [] };
    expect(nodes).toEqual(none);
    expect(weights).toEqual(none);
    await first.close();
    await second.close();
  });
});
