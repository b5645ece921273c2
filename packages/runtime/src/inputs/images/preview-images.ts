import { basename } from 'node:path';
import type { FixedInputs } from '../fixed-inputs.js';
import type { InputSpec } from '../input-spec.js';
import { listSampleFiles } from '../sample-files.js';
import { isImageFile } from './image-files.js';
import { loadSharp } from './load-sharp.js';
import { type ImageRows, openImages } from './open-images.js';
import { pictureOf } from './pixel-values.js';
import type { Preprocessing } from './preprocessing.js';

/** A small picture of what the model is fed with. */
export interface ImagePreview {
  /** Name of the file, without its folder. */
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** The bytes of a PNG file. */
  readonly png: Uint8Array;
}

/** Longest side of a preview in pixels. */
const LONGEST_SIDE = 112;

/** Previews of one model. */
const MOST = 6;

/**
 * The first pictures of `--calib` as the model gets them: read back from the very values that it is fed with, after
 * cutting, scaling and normalization, so that swapped channels and wrong crops can be seen. Empty without pictures.
 *
 * @throws UsageError as `openCalibration` does
 */
export async function previewImages(
  paths: readonly string[],
  inputs: readonly InputSpec[],
  fixed: FixedInputs,
  preprocessing: Preprocessing,
): Promise<readonly ImagePreview[]> {
  const [first, ...others] = (await listSampleFiles(paths, inputs)).filter(isImageFile).slice(0, MOST);
  if (first === undefined) return [];
  const rows = await openImages([first, ...others], inputs, new Set(fixed.keys()), preprocessing);
  const previews: ImagePreview[] = [];
  for (const [index, file] of [first, ...others].entries()) previews.push(await preview(file, index, rows));
  return previews;
}

async function preview(file: string, index: number, rows: ImageRows): Promise<ImagePreview> {
  const { frame, preprocessing } = rows;
  const { bytes } = await rows.sample(Math.floor(index / frame.batch));
  const sharp = await loadSharp();
  const { width, height, channels } = frame;
  const pixels = pictureOf(bytes, index % frame.batch, frame, preprocessing);
  const { data, info } = await sharp(pixels, { raw: { width, height, channels } })
    .resize(LONGEST_SIDE, LONGEST_SIDE, { fit: 'inside', withoutEnlargement: true })
    .png()
    .toBuffer({ resolveWithObject: true });
  return { name: basename(file), width: info.width, height: info.height, png: data };
}
