import { type Dim, present } from '@onnx-compress/graph';
import type { InputSpec } from '../input-spec.js';
import type { PictureSize } from './geometry.js';
import { imageSizeDiffers, imageSizeOpen, layoutUnclear, notAnImage, severalOpenInputs } from './messages.js';
import type { ImageLayout, Preprocessing } from './preprocessing.js';

/** Types of elements that pixels can become. */
const IMAGE_TYPES = ['float32', 'float16', 'float64', 'uint8', 'int8'] as const;

/** A type of elements that pixels can become. */
export type ImageType = (typeof IMAGE_TYPES)[number];

/** What a model wants to see at its image input. */
export interface ImageFrame extends PictureSize {
  readonly input: InputSpec;
  readonly dataType: ImageType;
  readonly layout: ImageLayout;
  readonly channels: 1 | 3;
  /** Pictures in one sample. */
  readonly batch: number;
  /** Shape of one sample. */
  readonly dims: readonly number[];
}

/**
 * Finds the image input of a model: the only input that has no value yet, of shape [N, C, H, W], [N, H, W, C] or one of
 * them without N, where C is 1 or 3.
 *
 * @param supplied names of inputs that get their value from elsewhere
 * @throws UsageError where there is none, or where its shape and the preprocessing do not give one size and layout
 */
export function imageFrame(
  inputs: readonly InputSpec[],
  supplied: ReadonlySet<string>,
  { size, layout: wanted }: Preprocessing,
): ImageFrame {
  const open = inputs.filter(({ name }) => !supplied.has(name));
  const [input] = open;
  if (input === undefined || open.length > 1) throw severalOpenInputs(open, inputs);
  const dataType = IMAGE_TYPES.find((type) => type === input.dataType);
  const { dims = [] } = input;
  if (dataType === undefined || (dims.length !== 3 && dims.length !== 4)) throw notAnImage(input);
  const layout = layoutOf(dims, input, wanted);
  const axes = axesOf(layout, dims.length);
  const channels = dims[axes.channel] === 1 ? 1 : 3;
  const height = sideOf(dims[axes.height], size?.[0], input);
  const width = sideOf(dims[axes.width], size?.[1], input);
  const batch = dims.length === 4 && typeof dims[0] === 'number' ? Math.max(1, dims[0]) : 1;
  const picture = layout === 'nchw' ? [channels, height, width] : [height, width, channels];
  const shape = dims.length === 4 ? [batch, ...picture] : picture;
  return { input, dataType, layout, channels, height, width, batch, dims: shape };
}

function axesOf(layout: ImageLayout, rank: number) {
  const first = rank - 3;
  return layout === 'nchw'
    ? { channel: first, height: first + 1, width: first + 2 }
    : { channel: first + 2, height: first, width: first + 1 };
}

const LAYOUTS = ['nchw', 'nhwc'] as const;

function layoutOf(dims: readonly Dim[], input: InputSpec, wanted: ImageLayout | undefined): ImageLayout {
  const channelsOf = (layout: ImageLayout) => dims[axesOf(layout, dims.length).channel];
  const isPossible = (layout: ImageLayout) => [1, 3].some((count) => count === channelsOf(layout));
  if (wanted !== undefined) {
    if (typeof channelsOf(wanted) === 'number' && !isPossible(wanted)) throw notAnImage(input, wanted);
    return wanted;
  }
  const possible = LAYOUTS.filter(isPossible);
  if (possible.length === 0 && LAYOUTS.every((layout) => typeof channelsOf(layout) === 'number'))
    throw notAnImage(input);
  if (possible.length !== 1) throw layoutUnclear(input);
  return present(possible[0], 'layout');
}

function sideOf(declared: Dim, wanted: number | undefined, input: InputSpec): number {
  if (typeof declared !== 'number') {
    if (wanted === undefined) throw imageSizeOpen(input);
    return wanted;
  }
  if (wanted !== undefined && wanted !== declared) throw imageSizeDiffers(wanted, input);
  return declared;
}
