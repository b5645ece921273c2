import { describe, expect, it } from '@jest/globals';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import { modelBytes } from '../../src/files/model-bytes.js';
import { readModel } from '../../src/files/read-model.js';
import { executionOrder } from '../../src/model/execution-order.js';
import type { Model } from '../../src/model/model.js';
import { present } from '../../src/present.js';
import { openDims } from '../../src/shapes/open-dims.js';
import { propagateShapes } from '../../src/shapes/propagate.js';

/** A linear layer and two activations, the last one of a domain of its own. */
function twoLayers(inputDims: readonly (number | string)[]): Model {
  return buildModel({
    opsets: { 'com.microsoft': 1 },
    inputs: { x: ['float32', inputDims] },
    outputs: ['y'],
    weights: { w: randomFloats([3, 2], 1) },
    nodes: [
      { opType: 'MatMul', name: 'matmul', inputs: ['x', 'w'], outputs: ['hidden'] },
      { opType: 'Relu', name: 'relu', inputs: ['hidden'], outputs: ['active'] },
      { opType: 'FastGelu', domain: 'com.microsoft', name: 'gelu', inputs: ['active'], outputs: ['y'] },
    ],
  });
}

const reread = async (model: Model) => readModel(await modelBytes(model));
const names = (model: Model) => executionOrder(model.graph).map(({ name }) => name);

describe('a file whose nodes are in no order', () => {
  it('is sound, and its nodes can be asked for in order', async () => {
    const model = twoLayers([4, 3]);
    model.proto.graph?.node.reverse();
    const read = await reread(model);
    expect(read.validate()).toEqual([]);
    expect(read.graph.nodes.map(({ name }) => name)).toEqual(['gelu', 'relu', 'matmul']);
    expect(names(read)).toEqual(['matmul', 'relu', 'gelu']);
    const active = present(read.graph.value('active'), 'active');
    expect(propagateShapes(read, new Map()).get(active)?.dims).toEqual([4, 2]);
  });

  it('has no order for the nodes of a cycle and behind it, which is reported', async () => {
    const model = twoLayers([4, 3]);
    present(model.graph.nodes[0], 'matmul').setInput(0, 'active');
    const read = await reread(model);
    expect(names(read)).toEqual([]);
    expect(read.validate()).toEqual(['the graph has a cycle through node "matmul"']);
  });
});

describe('a file that leaves out the import of a domain', () => {
  const without = (domain: string) => {
    const model = twoLayers([4, 3]);
    model.proto.opsetImport = model.proto.opsetImport.filter((entry) => entry.domain !== domain);
    return reread(model);
  };

  it('is left to onnxruntime, but an edit must import what it uses', async () => {
    const model = await without('com.microsoft');
    expect(model.validate()).toEqual([]);
    model.graph.addNode({ opType: 'Magic', domain: 'nowhere', inputs: ['x'], outputs: ['m'] });
    expect(model.validate()).toEqual(['operator domain "nowhere" is used but not imported']);
  });

  it("is not sound when it is ONNX's own", async () => {
    expect((await without('')).validate()).toEqual(['operator domain "" is used but not imported']);
  });
});

describe('sizes that exporters leave open', () => {
  it.each([-1, '?', 'None'])('as %j have no name and no value', async (dim) => {
    const [input] = (await reread(twoLayers([dim, dim, 3]))).graph.inputs;
    expect(input?.declared?.dims).toEqual([undefined, undefined, 3]);
    expect(openDims(present(input, 'x'))).toEqual(['x[0]', 'x[1]']);
  });
});
