import { onnx } from '#schema';
import { attributeProto } from './attributes.js';
import type { NodeSpec } from './node.js';

/** The message of a node that is new. */
export function nodeProto(spec: NodeSpec, name: string): onnx.NodeProto {
  const proto = new onnx.NodeProto({ name, opType: spec.opType });
  proto.input = [...spec.inputs];
  proto.output = [...spec.outputs];
  if (spec.domain) proto.domain = spec.domain;
  proto.attribute = Object.entries(spec.attributes ?? {}).map(([key, value]) => attributeProto(key, value));
  return proto;
}
