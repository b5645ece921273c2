import { extname } from 'node:path';
import type { Calibration, Feeds } from '@onnx-compress/core';
import type { HostTensor } from '../host/contract.js';
import { fromHostTensors } from '../host/tensors.js';
import { assignArrays } from './assign-arrays.js';
import { type FixedInputs, fixedTensor } from './fixed-inputs.js';
import { isImageFile } from './images/image-files.js';
import { mixedSamples, nothingToPreprocess } from './images/messages.js';
import { openImages } from './images/open-images.js';
import type { Preprocessing } from './images/preprocessing.js';
import { type InputRows, inputRows } from './input-rows.js';
import type { HostFeeds, InputSpec } from './input-spec.js';
import { noSamples, unequalCounts } from './messages.js';
import type { RowArray } from './row-array.js';
import { ArchiveReader, listSampleFiles, openNpyFile } from './sample-files.js';
import { readTensorSet, type TensorSet, tensorSets } from './tensor-sets.js';

/** Calibration whose samples can be read in any order. */
export interface SampleSource extends Calibration {
  /** @throws RangeError for an index outside 0 … count - 1 */
  sample(index: number): Promise<Feeds>;
}

/**
 * Opens the samples of `--calib`: files, or folders of files, of `.npy`, `.npz` or ONNX TensorProto `.pb`, or pictures.
 *
 * An array belongs to the input whose name is its npz key, or its file name before the first dot; a model with one
 * input takes any name; the first axis counts samples. A `test_data_set_<n>` folder of `.pb` files is one sample.
 * Every sample has the leading batch of 1, or the model's fixed batch. Samples are read when they are asked for, in the
 * order of the paths given and of sorted file names; numbers convert as `convertElements` says. Pictures feed the only
 * input without a fixed value, see `openImages`; they cannot be mixed with arrays.
 *
 * @param paths files and folders
 * @param inputs what the model wants, see `inputSpecs`
 * @param fixed values that `--input` gives for every sample
 * @param preprocessing what becomes of pixels; pictures need it, arrays refuse it
 * @throws UsageError naming the expected inputs where the samples do not fit them
 * @example
 * const samples = await openCalibration(['calib/'], inputSpecs(model));
 * for await (const feeds of samples.samples()) await session.run(feeds);
 */
export async function openCalibration(
  paths: readonly string[],
  inputs: readonly InputSpec[],
  fixed: FixedInputs = new Map(),
  preprocessing?: Preprocessing,
): Promise<SampleSource> {
  const files = await listSampleFiles(paths, inputs);
  const supplied = new Set(fixed.keys());
  const pictures = await openPictures(files, inputs, supplied, preprocessing);
  const sets = tensorSets(files.filter((file) => extname(file) === '.pb'));
  const archives = await openArrays(files, inputs);
  const arrays = archives.length === 0 ? pictures : rowsByInput(archives, inputs, supplied);
  const count = commonCount(arrays);
  if (count + sets.length === 0) throw noSamples(inputs);
  const samples: InputSamples = { inputs, fixed, supplied, arrays, count, sets };
  await readSample(samples, 0);
  return sampleSource(count + sets.length, (index) => readSample(samples, index));
}

interface InputSamples {
  readonly inputs: readonly InputSpec[];
  readonly fixed: FixedInputs;
  readonly supplied: ReadonlySet<string>;
  readonly arrays: ReadonlyMap<string, InputRows>;
  /** Samples in the arrays; those of the sets follow. */
  readonly count: number;
  readonly sets: readonly TensorSet[];
}

/** Rows of the image input where the files are pictures; empty where they are arrays. */
async function openPictures(
  files: readonly string[],
  inputs: readonly InputSpec[],
  supplied: ReadonlySet<string>,
  preprocessing: Preprocessing | undefined,
): Promise<ReadonlyMap<string, InputRows>> {
  const [first, ...others] = files.filter(isImageFile);
  if (first === undefined && preprocessing !== undefined) throw nothingToPreprocess();
  if (first === undefined) return new Map();
  const array = files.find((file) => !isImageFile(file));
  if (array !== undefined) throw mixedSamples(first, array);
  const rows = await openImages([first, ...others], inputs, supplied, preprocessing);
  return new Map([[rows.frame.input.name, rows]]);
}

async function openArrays(files: readonly string[], inputs: readonly InputSpec[]): Promise<RowArray[][]> {
  const reader = new ArchiveReader(inputs.length);
  const arrays: RowArray[][] = [];
  for (const file of files) {
    if (extname(file) === '.npy') arrays.push([await openNpyFile(file, inputs)]);
    if (extname(file) === '.npz') arrays.push(await reader.open(file));
  }
  return arrays;
}

function rowsByInput(
  archives: readonly (readonly RowArray[])[],
  inputs: readonly InputSpec[],
  supplied: ReadonlySet<string>,
): ReadonlyMap<string, InputRows> {
  const assigned = assignArrays(archives, inputs, supplied);
  const rows = new Map<string, InputRows>();
  for (const input of inputs) {
    const arrays = supplied.has(input.name) ? undefined : assigned.get(input.name);
    if (arrays !== undefined) rows.set(input.name, inputRows(arrays, input));
  }
  return rows;
}

/** The number of samples that all inputs agree on; an input with one sample serves all. */
function commonCount(arrays: ReadonlyMap<string, InputRows>): number {
  const counts = new Map([...arrays].map(([name, rows]) => [name, rows.count]));
  const several = new Set([...counts.values()].filter((count) => count !== 1));
  if (several.size > 1) throw unequalCounts(counts);
  const [count = Math.min(1, arrays.size)] = several;
  return count;
}

async function readSample(samples: InputSamples, index: number): Promise<Feeds> {
  const { inputs, fixed, supplied, arrays, count, sets } = samples;
  const set = sets[index - count];
  const feeds = new Map<string, HostTensor>(set === undefined ? [] : await readTensorSet(set, inputs, supplied));
  if (index < count)
    for (const [name, rows] of arrays) feeds.set(name, await rows.sample(rows.count === 1 ? 0 : index));
  const dims = boundDims(feeds, inputs);
  for (const input of inputs) {
    const value = fixed.get(input.name);
    if (value !== undefined) feeds.set(input.name, fixedTensor(value, input, dims));
  }
  return toFeeds(feeds, inputs);
}

/** The sizes that symbolic dimensions have in these values. */
export function boundDims(feeds: HostFeeds, inputs: readonly InputSpec[]): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const { name, dims = [] } of inputs) {
    const actual = feeds.get(name)?.dims ?? [];
    for (const [axis, dim] of dims.entries()) {
      const size = actual[axis];
      if (typeof dim !== 'number' && size !== undefined) sizes.set(dim ?? `${name}[${axis}]`, size);
    }
  }
  return sizes;
}

function toFeeds(feeds: HostFeeds, inputs: readonly InputSpec[]): Feeds {
  const ordered = new Map<string, HostTensor>();
  for (const { name } of inputs) {
    const tensor = feeds.get(name);
    if (tensor !== undefined) ordered.set(name, tensor);
  }
  return fromHostTensors(ordered);
}

/** Samples that `read` fetches one at a time, as a source. */
export function sampleSource(count: number, read: (index: number) => Promise<Feeds>): SampleSource {
  return {
    count,
    sample: read,
    async *samples() {
      for (let index = 0; index < count; index++) yield await read(index);
    },
  };
}
