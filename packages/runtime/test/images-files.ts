import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { present } from '@onnx-compress/graph';
import { float16ToFloat32 } from '@onnx-compress/math';
import sharp from 'sharp';
import { openCalibration } from '../src/inputs/calibration.js';
import type { FixedInputs } from '../src/inputs/fixed-inputs.js';
import { resolvePreprocessing } from '../src/inputs/images/parse-preprocessing.js';
import type { InputSpec } from '../src/inputs/input-spec.js';

/** A PNG of these pixels, row by row; RGB unless `channels` says otherwise. */
export function png(width: number, height: number, pixels: readonly number[], channels: 1 | 2 | 3 | 4 = 3) {
  return sharp(Uint8Array.from(pixels), { raw: { width, height, channels } }).png().toBuffer();
}

/** One colour, in any size and format that sharp writes. */
export function colour(red: number, green: number, blue: number, width = 8, height = 8) {
  return sharp({ create: { width, height, channels: 3, background: { r: red, g: green, b: blue } } });
}

/** An input of a model. */
export function imageInput(dims: InputSpec['dims'], dataType: InputSpec['dataType'] = 'float32'): InputSpec {
  return { name: 'image', dataType, dims };
}

/** Lends a folder of files. */
export async function withFiles<T>(
  files: Readonly<Record<string, Uint8Array | string>>,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'onnx-compress-images-'));
  try {
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What the model is fed with in each sample of a folder. */
export interface Fed {
  readonly dims: readonly number[];
  readonly values: readonly number[];
}

async function fedWith(source: Awaited<ReturnType<typeof openCalibration>>, name: string): Promise<Fed[]> {
  const fed: Fed[] = [];
  for await (const feeds of source.samples()) {
    const tensor = present(feeds.get(name), 'value of the image input');
    const bytes = (await tensor.bytes()).slice();
    const read = {
      float32: () => [...new Float32Array(bytes.buffer)],
      float16: () => [...float16ToFloat32(new Uint16Array(bytes.buffer))],
      int8: () => [...new Int8Array(bytes.buffer)],
    };
    const values = Object.entries(read).find(([type]) => type === tensor.dataType)?.[1]() ?? [...bytes];
    fed.push({ dims: tensor.dims.map(Number), values });
  }
  return fed;
}

/** Samples of pictures in a fresh folder, as the model gets them. */
export function feed(
  files: Readonly<Record<string, Uint8Array | string>>,
  preprocess: string | undefined,
  input: InputSpec,
  { others = [], fixed = new Map() }: { readonly others?: readonly InputSpec[]; readonly fixed?: FixedInputs } = {},
): Promise<Fed[]> {
  const preprocessing = preprocess === undefined ? undefined : resolvePreprocessing(preprocess);
  return withFiles(files, async (folder) =>
    fedWith(await openCalibration([folder], [input, ...others], fixed, preprocessing), input.name),
  );
}
