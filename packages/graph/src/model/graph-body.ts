import type { onnx } from '#schema';

/** The message behind a scope: a graph, or a model-local function, which has neither initializers nor types. */
export type GraphBody =
  | { readonly kind: 'main' | 'subgraph'; readonly proto: onnx.GraphProto }
  | { readonly kind: 'function'; readonly proto: onnx.FunctionProto };

/** Names of the formal inputs, IR-3 initializer inputs included. */
export function inputNames(body: GraphBody): readonly string[] {
  return body.kind === 'function' ? body.proto.input : body.proto.input.map((info) => info.name);
}

/** Names of the outputs. */
export function outputNames(body: GraphBody): readonly string[] {
  return body.kind === 'function' ? body.proto.output : body.proto.output.map((info) => info.name);
}

/** All declared types: of inputs, outputs and intermediates. */
export function declarations(body: GraphBody): readonly onnx.ValueInfoProto[] {
  if (body.kind === 'function') return body.proto.valueInfo;
  return [...body.proto.valueInfo, ...body.proto.output, ...body.proto.input];
}
