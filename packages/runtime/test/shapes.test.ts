import { afterAll, describe, expect, it } from '@jest/globals';
import type { Diagnostic } from '@onnx-compress/core';
import {
  float32Tensor,
  type Graph,
  int64Tensor,
  type Model,
  modelBytes,
  type ShapeTable,
  type ValueType,
} from '@onnx-compress/graph';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import { createHost } from '../src/host/host.js';
import { createShapeInference } from '../src/shapes/inference.js';
import { recordShapes } from '../src/shapes/recorder.js';
import { bodiesModel } from './bodies-model.js';

const host = createHost('worker');
afterAll(() => host.close());

const { signal } = new AbortController();

function typeIn(graph: Graph, shapes: ShapeTable, name: string): ValueType | undefined {
  const value = graph.value(name);
  const type = value && shapes.get(value);
  return type && { dataType: type.dataType, dims: type.dims };
}

async function infer(model: Model, dims: Record<string, number> = {}) {
  const warnings: Diagnostic[] = [];
  const inference = createShapeInference(host, { warn: (warning) => warnings.push(warning) });
  const shapes = await inference.infer(model, new Map(Object.entries(dims)), signal);
  return { shapes, warnings, typeOf: (name: string) => typeIn(model.graph, shapes, name) };
}

const convolution = (batch: number | string): Model =>
  buildModel({
    inputs: { x: ['float32', [batch, 3, 8, 8]] },
    outputs: ['y'],
    weights: { w: randomFloats([64, 3, 3, 3], 1), shape: int64Tensor([2], [0, -1]) },
    nodes: [
      { opType: 'Conv', inputs: ['x', 'w'], outputs: ['c'] },
      { opType: 'Relu', inputs: ['c'], outputs: ['r'] },
      { opType: 'Reshape', inputs: ['r', 'shape'], outputs: ['y'] },
    ],
  });

describe('shape inference', () => {
  it('tells the type of every value, of large weights from their tensors', async () => {
    const { typeOf, warnings } = await infer(convolution(2));
    expect(typeOf('c')).toEqual({ dataType: 'float32', dims: [2, 64, 6, 6] });
    expect(typeOf('y')).toEqual({ dataType: 'float32', dims: [2, 64 * 36] });
    expect(typeOf('w')).toEqual({ dataType: 'float32', dims: [64, 3, 3, 3] });
    expect(warnings).toEqual([]);
  });

  it('keeps symbols, and puts in the sizes that are given for them', async () => {
    const model = convolution('batch');
    expect((await infer(model)).typeOf('c')?.dims).toEqual(['batch', 64, 6, 6]);
    const { typeOf, shapes } = await infer(model, { batch: 5, other: 7 });
    expect(typeOf('x')?.dims).toEqual([5, 3, 8, 8]);
    expect(typeOf('y')?.dims).toEqual([5, 64 * 36]);
    expect([...shapes.assumed]).toEqual([['batch', 5]]);
    expect(model.graph.inputs[0]?.declared?.dims).toEqual(['batch', 3, 8, 8]);
  });

  it('takes sizes of nameless input dimensions by input and axis', async () => {
    const model = buildModel({
      inputs: { x: ['float32', [undefined, 4]] },
      outputs: ['y'],
      nodes: [{ opType: 'Relu', inputs: ['x'], outputs: ['y'] }],
    });
    const { typeOf, shapes } = await infer(model, { 'x[0]': 3 });
    expect(typeOf('y')?.dims).toEqual([3, 4]);
    expect([...shapes.assumed]).toEqual([['x[0]', 3]]);
  });

  it('follows shapes that the graph computes from shapes', async () => {
    const model = buildModel({
      inputs: { x: ['float32', ['batch', 4, 6]] },
      outputs: ['y'],
      weights: { zero: int64Tensor([1], [0]), rest: int64Tensor([1], [-1]), one: int64Tensor([1], [1]) },
      nodes: [
        { opType: 'Shape', inputs: ['x'], outputs: ['s'] },
        { opType: 'Slice', inputs: ['s', 'zero', 'one'], outputs: ['n'] },
        { opType: 'Mul', inputs: ['n', 'n'], outputs: ['square'] },
        { opType: 'Concat', inputs: ['square', 'rest'], outputs: ['target'], attributes: { axis: { int: 0 } } },
        { opType: 'Reshape', inputs: ['x', 'target'], outputs: ['y'] },
      ],
    });
    expect((await infer(model, { batch: 2 })).typeOf('y')?.dims).toEqual([4, 12]);
  });

  it('tells an unknown rank from a scalar', async () => {
    const model = buildModel({
      inputs: { x: ['float32', [6]], target: ['int64', ['rank']] },
      outputs: ['y', 'sum'],
      nodes: [
        { opType: 'Reshape', inputs: ['x', 'target'], outputs: ['y'] },
        { opType: 'ReduceSum', inputs: ['x'], outputs: ['sum'], attributes: { keepdims: { int: 0 } } },
      ],
    });
    const { typeOf } = await infer(model);
    expect(typeOf('y')).toEqual({ dataType: 'float32', dims: undefined });
    expect(typeOf('sum')).toEqual({ dataType: 'float32', dims: [] });
  });

  it('gets around types that onnxruntime-node cannot name', async () => {
    const model = buildModel({
      opset: 21,
      irVersion: 10,
      inputs: { x: ['float32', [2, 3]] },
      outputs: ['y'],
      nodes: [
        { opType: 'Cast', inputs: ['x'], outputs: ['half'], attributes: { to: { int: 16 } } },
        { opType: 'Cast', inputs: ['half'], outputs: ['back'], attributes: { to: { int: 1 } } },
        { opType: 'Cast', inputs: ['back'], outputs: ['quarter'], attributes: { to: { int: 22 } } },
        { opType: 'Relu', inputs: ['back'], outputs: ['y'] },
      ],
    });
    const { typeOf, warnings } = await infer(model);
    expect(warnings).toEqual([]);
    expect(typeOf('half')?.dims).toEqual([2, 3]);
    expect(typeOf('quarter')?.dims).toEqual([2, 3]);
    expect(typeOf('y')).toEqual({ dataType: 'float32', dims: [2, 3] });
  });

  it('does not trust stale declarations of intermediates', async () => {
    const model = convolution(1);
    const narrow = randomFloats([16, 3, 3, 3], 2);
    for (const weight of model.weights()) if (weight.name === 'w') weight.replace(narrow);
    expect((await infer(model)).typeOf('r')?.dims).toEqual([1, 16, 6, 6]);
  });

  it('falls back on what the file declares where onnxruntime knows no such operator, and says why', async () => {
    const model = buildModel({
      opsets: { 'com.acme': 1 },
      inputs: { x: ['float32', ['batch', 2]] },
      outputs: { y: ['float32', ['batch', 9]] },
      nodes: [{ opType: 'Magic', domain: 'com.acme', inputs: ['x'], outputs: ['y'] }],
    });
    const { typeOf, warnings } = await infer(model, { batch: 3 });
    expect(typeOf('y')).toEqual({ dataType: 'float32', dims: [3, 9] });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.message).toMatch(/Magic/);
  });

  it('answers for the bodies of If, Loop and Scan, captured values and weights included', async () => {
    const model = await bodiesModel();
    const { shapes, warnings } = await infer(model, { batch: 2 });
    const byOwner = new Map(
      [...model.walk()].map((graph) => [`${graph.owner?.node.opType}.${graph.owner?.attribute}`, graph]),
    );
    const dimsOf = (owner: string, name: string) => {
      const graph = byOwner.get(owner);
      return graph && typeIn(graph, shapes, name)?.dims;
    };
    expect(warnings).toEqual([]);
    expect(dimsOf('If.then_branch', 'then_out')).toEqual([2, 512]);
    expect(dimsOf('If.else_branch', 'else_out')).toEqual([2, 512]);
    expect(dimsOf('Scan.body', 'scan_hidden')).toEqual([8]);
    expect(dimsOf('Loop.body', 'loop_captured')).toEqual([2, 8]);
  });

  it('stops when cancelled', async () => {
    const inference = createShapeInference(host);
    await expect(inference.infer(convolution(1), new Map(), AbortSignal.abort())).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });
});

describe('recorded shapes', () => {
  it('come from a run where the values of the inputs decide', async () => {
    const model = buildModel({
      inputs: { x: ['float32', ['n']] },
      outputs: ['y'],
      weights: { zero: randomFloats([1], 1, 0) },
      nodes: [
        { opType: 'Greater', inputs: ['x', 'zero'], outputs: ['positive'] },
        { opType: 'Compress', inputs: ['x', 'positive'], outputs: ['kept'] },
        { opType: 'Relu', inputs: ['kept'], outputs: ['y'] },
      ],
    });
    const before = await modelBytes(model);
    const { shapes, typeOf } = await infer(model);
    expect(typeOf('y')?.dims).toEqual([undefined]);
    await recordShapes(host, model, new Map([['x', float32Tensor([4], [1, -1, 2, 3])]]), shapes, { signal });
    expect(typeOf('x')?.dims).toEqual([4]);
    expect(typeOf('y')).toEqual({ dataType: 'float32', dims: [3] });
    expect(await modelBytes(model)).toEqual(before);
  });

  it('warn and leave the table alone when the model cannot be run', async () => {
    const model = convolution('batch');
    const { shapes, typeOf } = await infer(model);
    const warnings: Diagnostic[] = [];
    const warn = (warning: Diagnostic) => warnings.push(warning);
    await recordShapes(host, model, new Map(), shapes, { signal, warn });
    expect(warnings[0]?.message).toContain("input 'x' is missing");
    expect(typeOf('c')?.dims).toEqual(['batch', 64, 6, 6]);
  });
});
