import { type Context, throwIfAborted } from '@onnx-compress/core';
import type { Model, ShapeTable, Value } from '@onnx-compress/graph';

/** Answers how many dimensions a value has; shapes are inferred once, and only when somebody asks. */
export function rankLookup(model: Model, { shapes, signal }: Context): (value: Value) => Promise<number | undefined> {
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
    return (await inferred)?.get(value)?.dims?.length;
  };
}
