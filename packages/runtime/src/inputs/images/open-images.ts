import type { BytesTensor } from '../../host/contract.js';
import type { InputRows } from '../input-rows.js';
import type { InputSpec } from '../input-spec.js';
import { type ImageFrame, imageFrame } from './image-frame.js';
import { loadSharp } from './load-sharp.js';
import { preprocessingMissing } from './messages.js';
import { pixelTables, sampleBytes } from './pixel-values.js';
import type { Preprocessing } from './preprocessing.js';
import { checkPicture, readPicture } from './read-picture.js';

/** Pictures as samples of the model's image input. */
export interface ImageRows extends InputRows {
  readonly frame: ImageFrame;
  readonly preprocessing: Preprocessing;
  sample(index: number): Promise<BytesTensor>;
}

/**
 * Pictures as samples of the only input that has no value yet. One sample is one picture, or as many as the model's fixed
 * batch; the last batch is filled up with the first pictures. Pictures are decoded when a sample is asked for, and not
 * kept.
 *
 * @param files in the order of the samples; at least one
 * @param supplied names of inputs that get their value from elsewhere
 * @throws UsageError where the preprocessing is missing or does not fit the input, `sharp` is not installed, or a file is
 * no picture
 */
export async function openImages(
  files: readonly [first: string, ...others: string[]],
  inputs: readonly InputSpec[],
  supplied: ReadonlySet<string>,
  preprocessing: Preprocessing | undefined,
): Promise<ImageRows> {
  if (preprocessing === undefined) throw preprocessingMissing(files[0]);
  const frame = imageFrame(inputs, supplied, preprocessing);
  const tables = pixelTables(frame, preprocessing);
  const sharp = await loadSharp();
  for (const file of files) await checkPicture(file, sharp);
  const { batch, dims, dataType } = frame;
  const sample = async (index: number) => {
    const pictures: Uint8Array[] = [];
    for (let place = index * batch; place < (index + 1) * batch; place++) {
      const file = files[place % files.length] ?? files[0];
      pictures.push(await readPicture(file, frame, preprocessing.fit, sharp));
    }
    return { dataType, dims, bytes: sampleBytes(pictures, tables, frame, preprocessing) };
  };
  return { count: Math.ceil(files.length / batch), sample, frame, preprocessing };
}
