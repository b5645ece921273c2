import type { Change } from '@onnx-compress/core';
import { type ActivationScale, representedRange } from './activations/activation-scale.js';
import type { Layer } from './layers/layer.js';
import type { Form } from './placement/choose-form.js';
import type { WeightGroup } from './placement/weight-group.js';
import type { StaticChoice } from './static-choice.js';
import type { Decision } from './weight-plan.js';
import { FINE_BITS, isFine } from './weights/fine-weight.js';

/** What a report calls the forms. */
const WRITTEN: Readonly<Record<Form, string>> = {
  static: 'static',
  dynamic: 'dynamic',
  gathered: 'weight-only',
  restored: 'weight-only',
};

/** What holds for all layers of a weight. */
export interface WeightFacts {
  readonly scheme: string;
  /** See `weightSnr`. */
  readonly weightSnrDb: number | null;
}

/** What a report says of each layer of a weight; the bytes of a shared weight are counted with the first. */
export function changeOf(
  { weight, layers }: WeightGroup,
  { form, size, int8 }: Decision,
  { plan, scales }: StaticChoice,
  { scheme, weightSnrDb }: WeightFacts,
): readonly Change[] {
  const reasons = new Map(plan.skipped.map(({ node, reason }) => [node, reason]));
  return layers.map((layer, index) => {
    const { node } = layer;
    const reason = form === 'static' ? undefined : reasons.get(node.label);
    return {
      node: node.label,
      tensor: weight.name,
      operator: node.opType,
      scheme,
      form: WRITTEN[form],
      weightScales: int8.scales.length,
      ...(isFine(int8) && { weightBits: FINE_BITS }),
      weightSnrDb,
      ...(form === 'static' && inputFacts(layer, scales)),
      ...(reason !== undefined && { floatActivations: reason }),
      ...(index === 0 ? size : { bytesBefore: 0, bytesAfter: 0 }),
    };
  });
}

/** How what the layer multiplies its weight with becomes integers, and the range that these stand for. */
function inputFacts({ node, inputIndex }: Layer, scales: StaticChoice['scales']) {
  const data = node.input(inputIndex === 0 ? 1 : 0);
  const input: ActivationScale | undefined = data && scales.get(data);
  if (input === undefined) return {};
  const { low, high } = representedRange(input);
  return { inputScale: input.scale, inputZeroPoint: input.zeroPoint, inputRange: [low, high] };
}
