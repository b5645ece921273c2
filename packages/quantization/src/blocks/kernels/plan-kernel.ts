import { type Context, throwIfAborted, yieldToEventLoop } from '@onnx-compress/core';
import { readFloats, type Scratch } from '@onnx-compress/graph';
import { nodeBytes, tensorBytes } from '../../file-cost.js';
import type { SizeEstimate } from '../../placement/size-estimate.js';
import { otherReader, type WeightGroup } from '../../placement/weight-group.js';
import type { BlockChooser } from '../block-chooser.js';
import { blockSnr } from '../block-snr.js';
import type { ChosenBlocks } from '../chosen-blocks.js';
import type { Kernel } from './choose-kernel.js';

/** A weight whose blocks a kernel reads. */
export interface KernelGroup {
  readonly group: WeightGroup;
  readonly kernel: Kernel;
  readonly chosen: ChosenBlocks;
  readonly size: SizeEstimate;
  /** See `blockSnr`. */
  readonly snrDb: number | null;
}

/**
 * Chooses the blocks of a weight for a kernel. Reads it once.
 *
 * @returns undefined where it stays as it is; whoever stores the other weights says why
 * @throws CancelledError when the signal fires
 */
export async function planKernel(
  group: WeightGroup,
  kernel: Kernel,
  chooser: BlockChooser,
  scratch: Scratch,
  signal: Context['signal'],
): Promise<KernelGroup | undefined> {
  throwIfAborted(signal);
  await yieldToEventLoop(signal);
  const { weight, tensor, channelAxis } = group;
  if (otherReader(group) !== undefined) return undefined;
  return scratch.lend(tensor.byteLength, async (into) => {
    const values = await readFloats(tensor, into);
    const chosen = await chooser.choose(values, { name: weight.name, dims: tensor.dims, channelAxis }, 'float32', {
      signal,
    });
    if (chosen === undefined) return undefined;
    const size = sizeOf(group, kernel, chosen);
    if (size.bytesAfter >= size.bytesBefore) return undefined;
    return { group, kernel, chosen, size, snrDb: blockSnr(values, chosen) };
  });
}

/** About what the file holds for a weight before and after. */
function sizeOf({ weight: { name }, tensor, layers }: WeightGroup, kernel: Kernel, chosen: ChosenBlocks): SizeEstimate {
  const { rows, columns } = chosen.view.layout;
  const { scales, zeroPoints } = chosen.parameters;
  const integers = kernel === 'matmulnbits' ? (scales.length * chosen.format.blockSize) / 2 : (rows * columns) / 2;
  const constants =
    tensorBytes(`${name}_int4`, 3, Math.ceil(integers)) +
    tensorBytes(`${name}_scale`, 2, scales.byteLength) +
    (zeroPoints === undefined ? 0 : tensorBytes(`${name}_zero_point`, 2, Math.ceil(zeroPoints.length / 2)));
  const rank = tensor.dims.length;
  return {
    bytesBefore: tensorBytes(name, rank, tensor.byteLength),
    bytesAfter: constants + layers.length * operatorBytes(kernel, name),
  };
}

/** What the attributes and longer names of a kernel take, or the node in front of a product. */
function operatorBytes(kernel: Kernel, name: string): number {
  const names = [`${name}_int4`, `${name}_scale`];
  const attributes = Object.fromEntries(
    Array.from({ length: kernel === 'matmulnbits' ? 5 : 3 }, (_, index) => [index, { int: 0 }]),
  );
  return nodeBytes({ opType: 'GatherBlockQuantized', name, inputs: names, outputs: [name], attributes });
}
