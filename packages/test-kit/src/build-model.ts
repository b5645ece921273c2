import { createModel, type DataType, type Dim, type Model, type NodeSpec, type Tensor } from '@onnx-compress/graph';

/** Type and shape of a graph input or output: `['float32', [1, 3, 'height', undefined]]`. */
export type TypeSpec = readonly [dataType: DataType, dims: readonly Dim[]];

/** A whole small model, as a test writes it down. */
export interface ModelSpec {
  /** Version of the default operator set; 17 when left out. */
  readonly opset?: number;
  /** Versions of other operator sets, by domain. */
  readonly opsets?: Readonly<Record<string, number>>;
  /** IR version; below 4 every weight is a graph input as well. */
  readonly irVersion?: number;
  readonly inputs: Readonly<Record<string, TypeSpec>>;
  /** Typed outputs, or just their names. */
  readonly outputs: Readonly<Record<string, TypeSpec>> | readonly string[];
  readonly weights?: Readonly<Record<string, Tensor>>;
  /** In topological order. */
  readonly nodes: readonly NodeSpec[];
}

const named = ([name, [dataType, dims]]: [string, TypeSpec]) => ({ name, dataType, dims });

function isNameList(outputs: ModelSpec['outputs']): outputs is readonly string[] {
  return Array.isArray(outputs);
}

/**
 * Builds a model from a literal.
 *
 * @throws Error listing what `Model.validate()` says when the description is unsound.
 * @example
 * const model = buildModel({
 *   inputs: { x: ['float32', [1, 3, 8, 8]] },
 *   outputs: ['y'],
 *   weights: { w: randomFloats([4, 3, 3, 3], 1) },
 *   nodes: [{ opType: 'Conv', inputs: ['x', 'w'], outputs: ['y'] }],
 * });
 */
export function buildModel(spec: ModelSpec): Model {
  const model = createModel({
    ...(spec.opset === undefined ? {} : { opset: spec.opset }),
    ...(spec.opsets === undefined ? {} : { opsets: spec.opsets }),
    ...(spec.irVersion === undefined ? {} : { irVersion: spec.irVersion }),
    inputs: Object.entries(spec.inputs).map(named),
    outputs: isNameList(spec.outputs)
      ? spec.outputs.map((name) => ({ name }))
      : Object.entries(spec.outputs).map(named),
  });
  for (const [name, tensor] of Object.entries(spec.weights ?? {})) model.graph.addWeight(name, tensor);
  for (const node of spec.nodes) model.graph.addNode(node);
  const problems = model.validate();
  if (problems.length > 0) throw new Error(`buildModel: the described model is unsound\n${problems.join('\n')}`);
  return model;
}
