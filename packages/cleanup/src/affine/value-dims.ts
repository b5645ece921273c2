import { type Context, throwIfAborted } from '@onnx-compress/core';
import type { Dim, Model, ShapeTable, Value } from '@onnx-compress/graph';

/** Answers what dimensions a value has, as far as known. */
export type DimsOf = (value: Value) => Promise<readonly Dim[] | undefined>;

/** Shapes are inferred once, and only when somebody asks. */
export function dimsLookup(model: Model, { shapes, signal }: Context): DimsOf {
  let inferred: Promise<ShapeTable | undefined> | undefined;
  const infer = async () => {
    try {
      return await shapes.infer(model, new Map(), signal);
    } catch {
      throwIfAborted(signal);
      return undefined;
    }
  };
  return async (value) => {
    inferred ??= infer();
    return (await inferred)?.get(value)?.dims;
  };
}
