import type { Sharp } from 'sharp';
import { readWhole } from '../sample-files.js';
import { type PictureSize, type Placement, place } from './geometry.js';
import type { ImageFrame } from './image-frame.js';
import type { PictureReader } from './load-sharp.js';
import { brokenImage } from './messages.js';
import type { ImageFit } from './preprocessing.js';

const BLACK = { r: 0, g: 0, b: 0 } as const;

/** Damaged and cut-off files are refused; what decoders merely warn of is not. */
const READING = { failOn: 'error' } as const;

/** From here on, EXIF's orientations exchange width and height. */
const FIRST_TURNED = 5;

/** Checks that a file begins like a picture. @throws UsageError with its name */
export async function checkPicture(path: string, sharp: PictureReader): Promise<void> {
  await pictureSize(sharp(path, READING)).catch((cause: unknown) => {
    throw brokenImage(path, cause);
  });
}

/**
 * Reads a picture in the size and with the channels that a model wants: 8 bits, upright as EXIF says, sRGB (an embedded
 * colour profile and CMYK are converted), transparency over black. Scaling is bilinear with all pixels that fall
 * together averaged, as `antialias=True` of torchvision. Grey is the luma of ITU-R BT.601, as Pillow and OpenCV compute it.
 *
 * @returns rows of pixels, RGB or grey
 * @throws UsageError with its name where the file is broken
 */
export async function readPicture(
  path: string,
  frame: ImageFrame,
  fit: ImageFit,
  sharp: PictureReader,
): Promise<Uint8Array> {
  const bytes = await readWhole(path);
  try {
    const image = sharp(bytes, READING);
    const placement = place(await pictureSize(image), frame, fit);
    const upright = image.rotate().flatten({ background: BLACK }).toColourspace('srgb');
    const pixels = await window(upright, placement, frame).raw().toBuffer();
    return frame.channels === 1 ? luma(pixels) : pixels;
  } catch (cause) {
    throw brokenImage(path, cause);
  }
}

async function pictureSize(image: Sharp): Promise<PictureSize> {
  const { width, height, orientation = 1 } = await image.metadata();
  return orientation < FIRST_TURNED ? { width, height } : { width: height, height: width };
}

function window(image: Sharp, { width, height, left, top }: Placement, frame: PictureSize): Sharp {
  const scaled = image.resize(width, height, { fit: 'fill', kernel: 'linear', fastShrinkOnLoad: false });
  if (left >= 0 && top >= 0) return scaled.extract({ left, top, width: frame.width, height: frame.height });
  return scaled.extend({
    left: -left,
    top: -top,
    right: frame.width - width + left,
    bottom: frame.height - height + top,
    background: BLACK,
  });
}

/** Weights of BT.601 in 1/65536, which add up to 1. */
const LUMA = { red: 19595, green: 38470, blue: 7471 } as const;

function luma(pixels: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: pixels.length / 3 }, (_, pixel) => {
    const [red = 0, green = 0, blue = 0] = pixels.subarray(3 * pixel, 3 * pixel + 3);
    return (LUMA.red * red + LUMA.green * green + LUMA.blue * blue + 0x8000) >> 16;
  });
}
