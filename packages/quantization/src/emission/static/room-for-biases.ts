import type { Value } from '@onnx-compress/graph';
import type { ActivationScale } from '../../activations/activation-scale.js';
import type { WeightGroup } from '../../placement/weight-group.js';
import { withRoomForBias } from '../../weights/bias-room.js';
import type { Int8Scales } from '../../weights/int8-weight.js';
import { biasValues } from '../../weights/integer-bias.js';
import { withFineZeroChannels } from '../../weights/zero-channels.js';
import { inputScale, weightFactor } from './emit-static.js';
import { layerBias } from './layer-bias.js';

/** Scales of a weight that suit the int32 biases of all its layers: never too small, and small for channels of zeros. */
export async function withRoomForBiases(
  group: WeightGroup,
  int8: Int8Scales,
  scales: ReadonlyMap<Value, ActivationScale>,
): Promise<Int8Scales> {
  const biased = group.layers.flatMap((layer) => {
    const bias = layerBias(layer, scales);
    return bias ? [{ layer, bias }] : [];
  });
  let roomy = biased.length > 0 ? await withFineZeroChannels(group.tensor, int8) : int8;
  for (const { layer, bias } of biased) {
    const product = inputScale(layer, scales).scale * Math.abs(weightFactor(layer));
    roomy = withRoomForBias(roomy, await biasValues(bias), product);
  }
  return roomy;
}
