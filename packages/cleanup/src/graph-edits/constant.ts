import { type DataType, type Model, type Value, type Weight, weightBehind } from '@onnx-compress/graph';

type FloatType = 'float32' | 'float16' | 'float64' | 'bfloat16';

/** Models by whether their exporter listed weights as inputs; decided at the first question, before edits blur it. */
const exporters = new WeakMap<Model, boolean>();

/** The weight behind a value, when its content cannot change at run time. */
export function constantBehind(value: Value | undefined): Weight | undefined {
  const weight = weightBehind(value);
  return weight && isFixed(weight) ? weight : undefined;
}

/**
 * True unless a caller may be meant to feed another value: from IR version 4 on, an initializer that is an input too
 * can be overridden. Where most are, that is a habit of the exporter and no invitation.
 */
export function isFixed(weight: Weight): boolean {
  return weight.form !== 'initializer-input' || listsWeightsAsInputs(weight.graph.model);
}

/** True for models in which each initializer has to be an input. */
export function needsInputPerWeight(model: Model): boolean {
  return model.irVersion < 4;
}

function listsWeightsAsInputs(model: Model): boolean {
  const known = exporters.get(model) ?? (needsInputPerWeight(model) || mostAreInputs(model));
  exporters.set(model, known);
  return known;
}

function mostAreInputs(model: Model): boolean {
  const forms = [...model.graph.weights()].map(({ form }) => form).filter((form) => form !== 'constant-node');
  return forms.filter((form) => form === 'initializer-input').length > forms.length / 2;
}

/** The types that floating-point weights are computed in and stored back to. */
export function isFloatType(dataType: DataType): dataType is FloatType {
  return dataType === 'float32' || dataType === 'float16' || dataType === 'float64' || dataType === 'bfloat16';
}
