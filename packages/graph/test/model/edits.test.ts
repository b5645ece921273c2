import { describe, expect, it } from '@jest/globals';
import { buildModel, ifModelBytes, randomFloats } from '@onnx-compress/test-kit';
import { readModel } from '../../src/files/read-model.js';
import type { Model } from '../../src/model/model.js';
import type { Value } from '../../src/model/value.js';
import { present } from '../../src/present.js';
import { float32Tensor } from '../../src/tensor/numbers.js';

/** x -> Relu -> hidden -> MatMul(w) -> y */
function twoNodes(irVersion = 8): Model {
  return buildModel({
    irVersion,
    inputs: { x: ['float32', [1, 3]] },
    outputs: ['y'],
    weights: { w: randomFloats([3, 2], 1) },
    nodes: [
      { opType: 'Relu', name: 'relu', inputs: ['x'], outputs: ['hidden'] },
      { opType: 'MatMul', name: 'matmul', inputs: ['hidden', 'w'], outputs: ['y'] },
    ],
  });
}

const valueNamed = (model: Model, name: string): Value => present(model.graph.value(name), name);
const nodeOf = (model: Model, label: string) =>
  present(
    [...model.nodes()].find((node) => node.label === label),
    label,
  );
const readers = (value: Value) => value.uses.map((use) => (use.kind === 'input' ? use.node.label : 'output'));

describe('the use-def index', () => {
  it('knows producers, consumers, inputs, outputs and constants', () => {
    const model = twoNodes();
    expect(valueNamed(model, 'hidden').producer?.label).toBe('relu');
    expect(readers(valueNamed(model, 'hidden'))).toEqual(['matmul']);
    expect(valueNamed(model, 'x').isInput).toBe(true);
    expect(valueNamed(model, 'y').isOutput).toBe(true);
    expect(valueNamed(model, 'w').weight?.form).toBe('initializer');
    expect(model.graph.inputs.map((value) => value.name)).toEqual(['x']);
  });

  it('puts a node between a producer and all its consumers', () => {
    const model = twoNodes();
    const relu = nodeOf(model, 'relu');
    relu.setOutput(0, 'raw');
    const added = model.graph.addNode({ opType: 'Neg', inputs: ['raw'], outputs: ['hidden'] }, { after: relu });
    expect(readers(valueNamed(model, 'raw'))).toEqual([added.label]);
    expect(readers(valueNamed(model, 'hidden'))).toEqual(['matmul']);
    expect(model.validate()).toEqual([]);
  });

  it('moves consumers, and lets a node go only when nothing reads it', () => {
    const model = twoNodes();
    const relu = nodeOf(model, 'relu');
    expect(() => model.graph.removeNode(relu)).toThrow('"hidden" is still used and cannot be removed with "relu"');
    model.graph.replaceUses(valueNamed(model, 'hidden'), valueNamed(model, 'x'));
    model.graph.removeNode(relu);
    expect(model.graph.value('hidden')).toBeUndefined();
    expect(nodeOf(model, 'matmul').inputs).toEqual(['x', 'w']);
    expect(model.validate()).toEqual([]);
  });

  it('refuses a name that exists and a value that does not', () => {
    const { graph } = twoNodes();
    expect(() => graph.addNode({ opType: 'Relu', inputs: ['x'], outputs: ['y'] })).toThrow('"y" is already defined');
    expect(() => graph.addNode({ opType: 'Relu', inputs: ['z'], outputs: ['q'] })).toThrow(
      '"z", which nothing defines',
    );
    expect(() => graph.addWeight('w', float32Tensor([1], [0]))).toThrow('"w" is already defined');
  });

  it('follows values that a subgraph captures', async () => {
    const model = await readModel(ifModelBytes());
    const captured = valueNamed(model, 'else_weight');
    expect(readers(captured)).toEqual(['else_result_matmul']);
    const choose = nodeOf(model, 'choose');
    expect(choose.subgraphs().map(({ attribute }) => attribute)).toEqual(['then_branch', 'else_branch']);
    choose.setOutput(0, 'unused');
    model.graph.addNode({ opType: 'Identity', inputs: ['x'], outputs: ['y'] });
    model.graph.removeNode(choose);
    expect(captured.uses).toEqual([]);
  });
});

describe('weights', () => {
  it('lists an added initializer as an input where IR version 3 wants it, and keeps its type right', () => {
    const model = twoNodes(3);
    const weight = present(valueNamed(model, 'w').weight, 'w');
    expect(weight.form).toBe('initializer-input');
    weight.replace(randomFloats([3, 5], 2));
    expect(weight.value.declared).toEqual({ dataType: 'float32', dims: [3, 5] });
    expect(model.graph.inputs.map((value) => value.name)).toEqual(['x']);
  });

  it('turns a constant into an input', () => {
    const model = twoNodes();
    model.graph.turnIntoInput(present(valueNamed(model, 'w').weight, 'w'));
    expect(model.graph.inputs.map((value) => value.name)).toEqual(['x', 'w']);
    expect(valueNamed(model, 'w').declared?.dims).toEqual([3, 2]);
    expect(model.validate()).toEqual([]);
  });
});

describe('a clone', () => {
  it('is edited without touching the original, and keeps its labels', () => {
    const model = twoNodes();
    const copy = model.clone();
    copy.graph.replaceUses(valueNamed(copy, 'hidden'), valueNamed(copy, 'x'));
    copy.graph.removeNode(nodeOf(copy, 'relu'));
    present(valueNamed(copy, 'w').weight, 'w').replace(float32Tensor([1], [0]));
    expect(model.graph.nodes.map((node) => node.label)).toEqual(['relu', 'matmul']);
    expect(valueNamed(model, 'w').weight?.tensor.dims).toEqual([3, 2]);
    expect(copy.graph.nodes.map((node) => node.label)).toEqual(['matmul']);
  });

  it('labels nameless nodes by type and number in the file that was read, also after edits', () => {
    const spec = { opType: 'Relu', name: '' };
    const nodes = [
      { ...spec, inputs: ['x'], outputs: ['a'] },
      { ...spec, inputs: ['a'], outputs: ['y'] },
    ];
    const built = buildModel({ inputs: { x: ['float32', [1]] }, outputs: ['y'], nodes });
    const model = built.clone();
    expect(model.graph.nodes.map((node) => node.name)).toEqual(['', '']);
    model.graph.replaceUses(valueNamed(model, 'a'), valueNamed(model, 'x'));
    model.graph.removeNode(present(model.graph.nodes[0], 'first'));
    expect(model.clone().graph.nodes.map((node) => node.label)).toEqual(model.graph.nodes.map((node) => node.label));
  });
});

describe('validate', () => {
  it('reports what an edit left dangling, out of order, or of the wrong size', () => {
    const dangling = twoNodes();
    nodeOf(dangling, 'relu').setOutput(0, 'elsewhere');
    expect(dangling.validate()).toEqual(['node "matmul" reads "hidden", which nothing defines']);

    const unsorted = twoNodes();
    unsorted.graph.addNode({ opType: 'Relu', name: 'early', inputs: ['hidden'], outputs: ['e'] }, 'start');
    expect(unsorted.validate()).toEqual(['node "early" stands before a node whose output it reads']);

    const foreign = twoNodes();
    foreign.graph.addNode({ opType: 'Magic', domain: 'nowhere', name: 'magic', inputs: ['x'], outputs: ['m'] });
    expect(foreign.validate()).toEqual(['operator domain "nowhere" is used but not imported']);
  });

  it('finds a cycle', () => {
    const model = twoNodes();
    nodeOf(model, 'relu').setInput(0, 'y');
    expect(model.validate()).toEqual(['node "relu" stands before a node whose output it reads']);
  });
});
