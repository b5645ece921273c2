/** Order of a pixel's channels in the model's input. */
export type ChannelOrder = 'rgb' | 'bgr';

/** Order of the axes of the model's input. */
export type ImageLayout = 'nchw' | 'nhwc';

/**
 * How a picture of another size gets the size that the model wants. `crop`: its short side becomes 256/224 of the
 * wanted size, then the centre is cut out. `stretch`: both sides are scaled to the wanted size. `pad`: the whole picture
 * is scaled into the wanted size, with black around it. A picture of the wanted size stays as it is.
 */
export type ImageFit = 'crop' | 'stretch' | 'pad';

/** How a pixel x of 0 … 255 becomes a value of the model's input: `(x / divide - mean) / std`, channel by channel. */
export interface Preprocessing {
  /** Above 0. */
  readonly divide: number;
  /** One for all channels, or one for each channel in the order of the model. */
  readonly mean: readonly number[];
  /** Not 0; as many as `mean`, or one for all channels. */
  readonly std: readonly number[];
  readonly order: ChannelOrder;
  readonly fit: ImageFit;
  /** Height and width, for a model that leaves them open; others fix them. */
  readonly size?: readonly [height: number, width: number];
  /** For a model whose shape does not tell; the others' is read off the shape. */
  readonly layout?: ImageLayout;
}

/** A preprocessing of which parts may be left out; those are taken from the preset `unit`. */
export type PreprocessOptions = { readonly [Key in keyof Preprocessing]?: Preprocessing[Key] | undefined };

/** What a preset says. */
type Numbers = Pick<Preprocessing, 'divide' | 'mean' | 'std' | 'order'>;

/** Known ways to prepare pixels, by name. */
export const PRESETS = {
  /** torchvision's `ImageClassification` transforms; most models of PyTorch, timm and Hugging Face. */
  imagenet: { divide: 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225], order: 'rgb' },
  /** Caffe's means of ImageNet, as in VGG and in Keras' `preprocess_input(mode="caffe")`. */
  'imagenet-bgr': { divide: 1, mean: [103.939, 116.779, 123.68], std: [1], order: 'bgr' },
  /** 0 … 1, as torchvision's `ToTensor` gives them. */
  unit: { divide: 255, mean: [0], std: [1], order: 'rgb' },
  /** -1 … 1, as Keras' `preprocess_input(mode="tf")` gives them. */
  signed: { divide: 127.5, mean: [1], std: [1], order: 'rgb' },
  /** 0 … 255, for models that scale by themselves. */
  none: { divide: 1, mean: [0], std: [1], order: 'rgb' },
} as const satisfies Readonly<Record<string, Numbers>>;

/** What holds where nothing else is said. */
export const DEFAULTS: Preprocessing = { ...PRESETS.unit, fit: 'crop' };
