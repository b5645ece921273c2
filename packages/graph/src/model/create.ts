import { onnx } from '#schema';
import { toInt64 } from '../int64.js';
import type { DataType } from '../tensor/data-type.js';
import { Model, NO_ORIGIN } from './model.js';
import { type Dim, valueInfo } from './value-type.js';

/** An input or output of a new model; outputs may leave type and shape to the runtime. */
export interface ValueSpec {
  readonly name: string;
  readonly dataType?: DataType | undefined;
  readonly dims?: readonly Dim[] | undefined;
}

/** What a new model starts with; nodes and weights are added through `model.graph`. */
export interface ModelSpec {
  readonly inputs: readonly ValueSpec[];
  readonly outputs: readonly ValueSpec[];
  /** ai.onnx opset, default 17. */
  readonly opset?: number;
  /** Further operator domains and their versions. */
  readonly opsets?: Readonly<Record<string, number>>;
  /** Default 8. */
  readonly irVersion?: number;
  readonly name?: string;
}

/**
 * A new model without nodes.
 *
 * @example
 * const model = createModel({ inputs: [{ name: 'x', dataType: 'float32', dims: [1, 3] }], outputs: [{ name: 'y' }] });
 * model.graph.addNode({ opType: 'Relu', inputs: ['x'], outputs: ['y'] });
 */
export function createModel(spec: ModelSpec): Model {
  const opsets = { '': spec.opset ?? 17, ...spec.opsets };
  const proto = new onnx.ModelProto({ irVersion: toInt64(spec.irVersion ?? 8) });
  proto.opsetImport = Object.entries(opsets).map(
    ([domain, version]) => new onnx.OperatorSetIdProto({ domain, version: toInt64(version) }),
  );
  const graph = new onnx.GraphProto({ name: spec.name ?? 'graph' });
  graph.input = spec.inputs.map((input) => valueInfo(input.name, input));
  graph.output = spec.outputs.map((output) => valueInfo(output.name, output));
  proto.graph = graph;
  return new Model(proto, NO_ORIGIN);
}
