import { present } from '@onnx-compress/graph';
import { encodeNumbers, numbers } from '../convert.js';
import type { ImageFrame, ImageType } from './image-frame.js';
import { valuesDoNotFit, wrongChannelCount } from './messages.js';
import type { Preprocessing } from './preprocessing.js';

/** Elements of the type that the model wants; those of float16 as their bits. */
type Elements = Float32Array | Float64Array | Uint16Array | Uint8Array | Int8Array;

/** What each pixel value 0 … 255 becomes, channel by channel in the model's order. */
export type PixelTables = readonly Elements[];

const ELEMENTS: Readonly<Record<ImageType, (bytes: ArrayBuffer) => Elements>> = {
  float32: (bytes) => new Float32Array(bytes),
  float16: (bytes) => new Uint16Array(bytes),
  float64: (bytes) => new Float64Array(bytes),
  uint8: (bytes) => new Uint8Array(bytes),
  int8: (bytes) => new Int8Array(bytes),
};

const BYTES: Readonly<Record<ImageType, number>> = { float32: 4, float16: 2, float64: 8, uint8: 1, int8: 1 };

/**
 * The values of all pixels, computed in double precision and rounded once to the type of the input.
 *
 * @throws UsageError where an integer input cannot hold them, or where there are more means than channels
 */
export function pixelTables(frame: ImageFrame, preprocessing: Preprocessing): PixelTables {
  const { dataType, channels, input } = frame;
  return Array.from({ length: channels }, (_, channel) => {
    const { divide, mean, std } = channelNumbers(frame, preprocessing, channel);
    const wanted = Float64Array.from({ length: 256 }, (_value, pixel) => (pixel / divide - mean) / std);
    const { bytes, values } = encodeNumbers(dataType, wanted);
    const isWhole = dataType === 'uint8' || dataType === 'int8';
    if (isWhole && wanted.some((value, pixel) => value !== values[pixel])) throw valuesDoNotFit(input);
    return ELEMENTS[dataType](bytes.slice().buffer);
  });
}

function channelNumbers({ channels, input }: ImageFrame, { divide, mean, std }: Preprocessing, channel: number) {
  const most = Math.max(mean.length, std.length);
  if (most > channels) throw wrongChannelCount(most, input);
  const at = (list: readonly number[]) => present(list[list.length === 1 ? 0 : channel], 'number of a channel');
  return { divide, mean: at(mean), std: at(std) };
}

/** Offset of an element of a picture: row-major by `pixel`, in the model's layout. */
function placeOf({ layout, channels, width, height }: ImageFrame) {
  const area = width * height;
  return layout === 'nchw'
    ? (pixel: number, channel: number) => channel * area + pixel
    : (pixel: number, channel: number) => pixel * channels + channel;
}

const sourceOf = (channel: number, channels: number, { order }: Preprocessing) =>
  order === 'bgr' ? channels - 1 - channel : channel;

/**
 * Pictures as one sample of the model's input.
 *
 * @param pictures as many as the batch: rows of pixels, RGB or grey
 */
export function sampleBytes(
  pictures: readonly Uint8Array[],
  tables: PixelTables,
  frame: ImageFrame,
  preprocessing: Preprocessing,
): Uint8Array {
  const { channels, width, height, dataType } = frame;
  const area = width * height;
  const bytes = new ArrayBuffer(pictures.length * area * channels * BYTES[dataType]);
  const elements = ELEMENTS[dataType](bytes);
  const place = placeOf(frame);
  for (const [index, picture] of pictures.entries()) {
    const start = index * area * channels;
    for (const [channel, table] of tables.entries()) {
      const source = sourceOf(channel, channels, preprocessing);
      for (let pixel = 0; pixel < area; pixel++) {
        elements[start + place(pixel, channel)] = table[picture[pixel * channels + source] ?? 0] ?? 0;
      }
    }
  }
  return new Uint8Array(bytes);
}

/**
 * The picture at a place of a sample, out of the very values that the model gets.
 *
 * @returns rows of pixels, RGB or grey, each 0 … 255
 */
export function pictureOf(
  sample: Uint8Array,
  index: number,
  frame: ImageFrame,
  preprocessing: Preprocessing,
): Uint8ClampedArray {
  const { channels, width, height, dataType } = frame;
  const area = width * height;
  const values = numbers(dataType, sample);
  const pixels = new Uint8ClampedArray(area * channels);
  const place = placeOf(frame);
  for (let channel = 0; channel < channels; channel++) {
    const { divide, mean, std } = channelNumbers(frame, preprocessing, channel);
    const source = sourceOf(channel, channels, preprocessing);
    for (let pixel = 0; pixel < area; pixel++) {
      const value = Number(values[index * area * channels + place(pixel, channel)]);
      pixels[pixel * channels + source] = (value * std + mean) * divide;
    }
  }
  return pixels;
}
