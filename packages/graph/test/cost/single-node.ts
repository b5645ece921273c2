import { createModel } from '../../src/model/create.js';
import type { Model } from '../../src/model/model.js';
import type { NodeSpec } from '../../src/model/node.js';
import type { Dim } from '../../src/model/value-type.js';
import { ShapeTable } from '../../src/shapes/shape-table.js';
import { byteLengthOf, type DataType } from '../../src/tensor/data-type.js';
import { memoryTensor, type Tensor } from '../../src/tensor/tensor.js';

/** A node, and the shapes around it. */
export interface SingleNode {
  readonly node: Omit<NodeSpec, 'inputs' | 'outputs'> & { readonly outputs?: readonly string[] };
  /** Shapes of the node's inputs; `weights` says which of them are constants. */
  readonly inputs: readonly (readonly Dim[])[];
  readonly weights?: readonly number[];
  readonly output: readonly Dim[];
  readonly assumed?: Readonly<Record<string, number>>;
}

/** A tensor of zeros. */
export function zeros(dataType: DataType, dims: readonly number[]): Tensor {
  return memoryTensor(dataType, dims, new Uint8Array(byteLengthOf(dataType, dims)));
}

function isKnown(dims: readonly Dim[]): dims is readonly number[] {
  return dims.every((dim) => typeof dim === 'number');
}

/** A model of one node with inputs i0, i1, ... and output y, and the table of their shapes. */
export function single({ node, inputs, weights = [], output, assumed = {} }: SingleNode): readonly [Model, ShapeTable] {
  const names = inputs.map((_, index) => `i${index}`);
  const fed = names.filter((_, index) => !weights.includes(index));
  const model = createModel({ inputs: fed.map((name) => ({ name })), outputs: [{ name: 'y' }] });
  const shapes = new ShapeTable(new Map(Object.entries(assumed)));
  for (const [index, dims] of inputs.entries()) {
    if (weights.includes(index) && isKnown(dims)) model.graph.addWeight(`i${index}`, zeros('float32', dims));
  }
  model.graph.addNode({ name: 'node', ...node, inputs: names, outputs: ['y'] });
  for (const [index, dims] of [...inputs, output].entries()) {
    const value = model.graph.value(names[index] ?? 'y');
    if (value && !value.weight) shapes.set(value, { dataType: 'float32', dims });
  }
  return [model, shapes];
}
