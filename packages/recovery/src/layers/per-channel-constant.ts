import { elementCount, readFloats, type Value, weightBehind } from '@onnx-compress/graph';

/**
 * The numbers of a constant that has one for each channel, or one for all; undefined for anything else.
 *
 * @param axisFromEnd where the channels lie, counted from the end: 1 is the last axis
 */
export async function perChannelConstant(
  value: Value | undefined,
  channels: number,
  axisFromEnd = 1,
): Promise<Float64Array | undefined> {
  const tensor = weightBehind(value)?.tensor;
  const along = tensor?.dims.length ? (tensor.dims.at(-axisFromEnd) ?? 1) : 1;
  if (tensor === undefined || elementCount(tensor.dims) !== along || (along !== 1 && along !== channels))
    return undefined;
  const values = await readFloats(tensor);
  return Float64Array.from({ length: channels }, (_, channel) => values[values.length === 1 ? 0 : channel] ?? 0);
}
