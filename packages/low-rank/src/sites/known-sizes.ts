import { dimsReader, elementCount, type ShapeTable, type Value } from '@onnx-compress/graph';

/** How many vectors of `channels` numbers a value holds; 1 where its shape is not known. */
export function vectorsIn(value: Value | undefined, channels: number, shapes: ShapeTable): number {
  const dims = dimsReader(shapes)(value);
  return (dims && elementCount(dims) / channels) || 1;
}
