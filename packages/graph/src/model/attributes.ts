import { onnx } from '#schema';
import { GraphError } from '../error.js';
import { fromInt64, toInt64 } from '../int64.js';
import type { Tensor } from '../tensor/tensor.js';
import { protoOf, tensorOf } from './encoded-tensor.js';

/** The value of a node attribute, tagged with its ONNX type since JavaScript does not tell ints from floats. */
export type AttributeValue =
  | { readonly int: number | bigint }
  | { readonly ints: readonly (number | bigint)[] }
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly string: string }
  | { readonly strings: readonly string[] }
  | { readonly tensor: Tensor };

const { AttributeType } = onnx.AttributeProto;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Encodes an attribute. */
export function attributeProto(name: string, value: AttributeValue): onnx.AttributeProto {
  return new onnx.AttributeProto({ name, ...fieldsOf(value) });
}

function fieldsOf(value: AttributeValue): Partial<onnx.AttributeProto> {
  if ('int' in value) return { type: AttributeType.INT, i: toInt64(value.int) };
  if ('ints' in value) return { type: AttributeType.INTS, ints: value.ints.map(toInt64) };
  if ('float' in value) return { type: AttributeType.FLOAT, f: value.float };
  if ('floats' in value) return { type: AttributeType.FLOATS, floats: [...value.floats] };
  if ('string' in value) return { type: AttributeType.STRING, s: encoder.encode(value.string) };
  if ('strings' in value) return { type: AttributeType.STRINGS, strings: value.strings.map((s) => encoder.encode(s)) };
  return { type: AttributeType.TENSOR, t: protoOf(value.tensor, '') };
}

/** The attributes of one node: typed reads, and replacement as a whole. Graph attributes are reached through Node. */
export class Attributes {
  constructor(
    private readonly node: onnx.NodeProto,
    private readonly label: () => string,
  ) {}

  names(): readonly string[] {
    return this.node.attribute.map((attribute) => attribute.name);
  }

  find(name: string): onnx.AttributeProto | undefined {
    return this.node.attribute.find((attribute) => attribute.name === name);
  }

  set(name: string, value: AttributeValue): void {
    const index = this.node.attribute.findIndex((attribute) => attribute.name === name);
    const proto = attributeProto(name, value);
    if (index < 0) this.node.attribute.push(proto);
    else this.node.attribute[index] = proto;
  }

  remove(name: string): void {
    this.node.attribute = this.node.attribute.filter((attribute) => attribute.name !== name);
  }

  int(name: string): number | undefined {
    const attribute = this.#typed(name, AttributeType.INT);
    return attribute && fromInt64(attribute.i);
  }

  ints(name: string): readonly number[] | undefined {
    return this.#typed(name, AttributeType.INTS)?.ints.map(fromInt64);
  }

  float(name: string): number | undefined {
    return this.#typed(name, AttributeType.FLOAT)?.f;
  }

  floats(name: string): readonly number[] | undefined {
    return this.#typed(name, AttributeType.FLOATS)?.floats;
  }

  string(name: string): string | undefined {
    const attribute = this.#typed(name, AttributeType.STRING);
    return attribute && decoder.decode(attribute.s);
  }

  strings(name: string): readonly string[] | undefined {
    return this.#typed(name, AttributeType.STRINGS)?.strings.map((text) => decoder.decode(text));
  }

  tensor(name: string): Tensor | undefined {
    const proto = this.#typed(name, AttributeType.TENSOR)?.t;
    return proto ? tensorOf(proto) : undefined;
  }

  /** Files of IR version 1 leave the type field out; there the caller's expectation stands. */
  #typed(name: string, type: onnx.AttributeProto.AttributeType): onnx.AttributeProto | undefined {
    const attribute = this.find(name);
    if (!attribute || attribute.type === type || attribute.type === AttributeType.UNDEFINED) return attribute;
    if (attribute.refAttrName) return undefined;
    const found = AttributeType[attribute.type] ?? attribute.type;
    throw new GraphError(
      'ATTRIBUTE_TYPE',
      `attribute "${name}" of node "${this.label()}" is ${found}, expected ${AttributeType[type]}`,
      { node: this.label() },
    );
  }
}
