import type { ImageFit } from './preprocessing.js';

/** Where a picture goes: the size that it is scaled to, and the corner in it of the window that the model sees. */
export interface Placement {
  readonly width: number;
  readonly height: number;
  /** Negative where the window begins before the picture, with black between. */
  readonly left: number;
  readonly top: number;
}

/** Width and height in pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Short side of the scaled picture over side of the crop: `Resize(256)`, `CenterCrop(224)` of torchvision. */
const SCALED = 256;
const CROPPED = 224;

/**
 * Fits a picture into a window. Sizes round down, as torchvision's `Resize` does for the longer side.
 *
 * @example place({ width: 640, height: 480 }, { width: 224, height: 224 }, 'crop');
 * // { width: 341, height: 256, left: 58, top: 16 }
 */
export function place(picture: PictureSize, window: PictureSize, fit: ImageFit): Placement {
  const { width, height } = scaledSize(picture, window, fit);
  return { width, height, left: Math.floor((width - window.width) / 2), top: Math.floor((height - window.height) / 2) };
}

function scaledSize(picture: PictureSize, window: PictureSize, fit: ImageFit): PictureSize {
  const { width, height } = picture;
  if (fit === 'stretch' || (width === window.width && height === window.height)) return window;
  const enlarged = (side: number) => Math.floor((side * SCALED) / CROPPED);
  const box = fit === 'pad' ? window : { width: enlarged(window.width), height: enlarged(window.height) };
  const isWider = width * box.height >= height * box.width;
  const byHeight = fit === 'crop' ? isWider : !isWider;
  const other = (side: number, from: number, to: number) => Math.floor((side * to) / from);
  if (byHeight) return { width: bounded(other(width, height, box.height), box.width, fit), height: box.height };
  return { width: box.width, height: bounded(other(height, width, box.width), box.height, fit) };
}

/** No side of a cropped picture is shorter than its box, none of a padded one is empty. */
const bounded = (side: number, box: number, fit: ImageFit) => Math.max(side, fit === 'crop' ? box : 1);
