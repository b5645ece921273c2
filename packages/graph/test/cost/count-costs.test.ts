import { describe, expect, it } from '@jest/globals';
import { onnx } from 'onnx-proto';
import { countCosts } from '../../src/cost/count-costs.js';
import { readModel } from '../../src/files/read-model.js';
import { createModel } from '../../src/model/create.js';
import type { Model } from '../../src/model/model.js';
import { ShapeTable } from '../../src/shapes/shape-table.js';
import { zeros } from './single-node.js';

/** A body that multiplies the outer value x [1, 4] by a constant [4, width], with its output's type declared. */
function body(name: string, width: number): onnx.IGraphProto {
  const dim = [1, width].map((dimValue) => ({ dimValue }));
  return {
    name,
    node: [{ name, opType: 'MatMul', input: ['x', `${name}_w`], output: [`${name}_y`] }],
    initializer: [{ name: `${name}_w`, dataType: 1, dims: [4, width], rawData: new Uint8Array(16 * width) }],
    output: [{ name: `${name}_y`, type: { tensorType: { elemType: 1, shape: { dim } } } }],
  };
}

async function withBodies(opType: string, bodies: Readonly<Record<string, onnx.IGraphProto>>): Promise<Model> {
  const { GRAPH } = onnx.AttributeProto.AttributeType;
  const attribute = Object.entries(bodies).map(([name, g]) => ({ name, type: GRAPH, g }));
  const node = [{ name: 'outer', opType, input: ['condition'], output: ['y'], attribute }];
  const graph = { name: 'main', node, input: [{ name: 'x' }, { name: 'condition' }], output: [{ name: 'y' }] };
  const proto = onnx.ModelProto.create({ irVersion: 8, opsetImport: [{ domain: '', version: 17 }], graph });
  return readModel(onnx.ModelProto.encode(proto).finish());
}

function declaredShapes(model: Model): ShapeTable {
  const shapes = new ShapeTable();
  for (const graph of model.walk()) {
    for (const value of graph.values()) if (value.declared) shapes.set(value, value.declared);
  }
  return shapes;
}

describe('subgraphs', () => {
  it('charge the larger branch of an If, but hold the weights of both', async () => {
    const model = await withBodies('If', { then_branch: body('small', 2), else_branch: body('large', 8) });
    expect(countCosts(model, declaredShapes(model))).toMatchObject({
      macs: 4 * 8,
      parameters: 4 * 2 + 4 * 8,
      weightBytesByDtype: { float32: 160 },
      nodes: 3,
    });
  });

  it('name the unknown nodes of every branch', async () => {
    const model = await withBodies('If', { then_branch: body('small', 2), else_branch: body('large', 8) });
    expect(countCosts(model, new ShapeTable()).unknownMacs).toEqual(['small', 'large']);
  });

  it('charge the body of a Loop once', async () => {
    const model = await withBodies('Loop', { body: body('step', 3) });
    expect(countCosts(model, declaredShapes(model)).macs).toBe(12);
  });
});

describe('parameters', () => {
  it('count every constant once, whatever its form and number of users', () => {
    const model = createModel({ inputs: [{ name: 'x' }], outputs: [{ name: 'y' }] });
    model.graph.addWeight('shared', zeros('float32', [2, 3]));
    model.graph.addWeight('packed', zeros('int4', [3]));
    model.graph.addNode({ opType: 'Constant', inputs: [], outputs: ['c'], attributes: { value_int: { int: 4 } } });
    model.graph.addNode({ opType: 'Add', inputs: ['x', 'shared'], outputs: ['a'] });
    model.graph.addNode({ opType: 'Add', inputs: ['a', 'shared'], outputs: ['y'] });
    expect(countCosts(model, new ShapeTable())).toMatchObject({
      parameters: 6 + 3 + 1,
      weightBytes: 24 + 2 + 8,
      weightBytesByDtype: { float32: 24, int4: 2, int64: 8 },
      elementsByRole: { weight: 6 + 3, bias: 0, normalization: 0, quantization: 0, other: 1 },
      macs: 0,
      flops: 0,
      nodes: 3,
      unknownMacs: [],
    });
  });
});
