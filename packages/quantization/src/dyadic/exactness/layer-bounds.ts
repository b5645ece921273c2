import { present, readIndices } from '@onnx-compress/graph';
import { channelLayout } from '@onnx-compress/math';
import type { IntegerConstant, LayerSite } from '../reading/site.js';

/** Largest sizes of the sums of a layer with its bias, one for each output channel, over all that it could read. */
export async function layerBounds({ node, weight, data, bias }: LayerSite): Promise<readonly number[]> {
  const axis = node.opType === 'Conv' || node.int('transB', 0) !== 0 ? 0 : 1;
  const { above, below } = await sumsOfSigns(weight, axis);
  const biases = bias ? await readIndices(bias.tensor) : [0];
  const least = (data.dataType === 'uint8' ? 0 : -128) - data.zeroPoint;
  const most = least + 255;
  return Array.from(above, (positive, channel) => {
    const negative = present(below[channel], 'sum of a channel');
    const added = biases[channel % biases.length] ?? 0;
    return Math.max(
      Math.abs(positive * most - negative * least + added),
      Math.abs(positive * least - negative * most + added),
    );
  });
}

/** Sums of the weights above zero and, without their sign, of those below, for each output channel. */
async function sumsOfSigns({ tensor }: IntegerConstant, axis: number) {
  const bytes = await tensor.bytes();
  const { channels, inner } = channelLayout(tensor.dims, axis);
  const above = new Float64Array(channels);
  const below = new Float64Array(channels);
  for (const [index, integer] of new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length).entries()) {
    const channel = Math.floor(index / inner) % channels;
    if (integer > 0) above[channel] = (above[channel] ?? 0) + integer;
    else below[channel] = (below[channel] ?? 0) - integer;
  }
  return { above, below };
}
