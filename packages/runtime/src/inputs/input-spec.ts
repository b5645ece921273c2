import type { DataType, Dim, Model } from '@onnx-compress/graph';
import type { HostTensor } from '../host/contract.js';
import { untypedInput } from './messages.js';

/** What a model wants to be fed with under one name. */
export interface InputSpec {
  readonly name: string;
  readonly dataType: DataType;
  /** Known sizes, names of symbolic sizes, undefined for unknown ones; undefined where not even the rank is declared. */
  readonly dims: readonly Dim[] | undefined;
}

/** Input values of one run, by graph input name, as onnxruntime takes them. */
export type HostFeeds = ReadonlyMap<string, HostTensor>;

/**
 * The inputs of a model, in the order of its graph; weights that are listed as inputs (IR 3) are not among them.
 *
 * @throws ModelError for an input that is not a tensor, such as a sequence or a map.
 */
export function inputSpecs(model: Model): readonly InputSpec[] {
  return model.graph.inputs.map(({ name, declared }) => {
    if (declared?.dataType === undefined) throw untypedInput(name);
    return { name, dataType: declared.dataType, dims: declared.dims };
  });
}
