import { computedTensor, floatsToTensor, readFloats, type Tensor } from '@onnx-compress/graph';
import type { ChannelLayout } from '@onnx-compress/math';
import { isFloatType } from '../graph-edits/constant.js';

/** A run of elements with their channels; grouped weights consist of several. */
export interface ChannelBlock {
  readonly layout: ChannelLayout;
  /** First channel of the block in the list of factors. */
  readonly firstChannel: number;
}

/** A tensor times one factor per channel, in its own type, computed when its bytes are asked for. */
export function scaledTensor(tensor: Tensor, blocks: readonly ChannelBlock[], factors: Float64Array): Tensor {
  const { dataType, dims } = tensor;
  if (!isFloatType(dataType)) throw new TypeError(`cannot scale a tensor of type ${dataType}`);
  return computedTensor(dataType, dims, async () => {
    const values = Float32Array.from(await readFloats(tensor));
    let start = 0;
    for (const { layout, firstChannel } of blocks) {
      const size = layout.outer * layout.channels * layout.inner;
      scaleBlock(values.subarray(start, start + size), layout, factors.subarray(firstChannel));
      start += size;
    }
    return floatsToTensor(dataType, dims, values).bytes();
  });
}

function scaleBlock(values: Float32Array, { channels, inner }: ChannelLayout, factors: Float64Array): void {
  let channel = 0;
  for (let start = 0; start < values.length; start += inner) {
    const factor = factors[channel] ?? 1;
    for (let index = start; index < start + inner; index++) values[index] = (values[index] ?? 0) * factor;
    channel = channel + 1 === channels ? 0 : channel + 1;
  }
}
