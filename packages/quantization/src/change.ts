import type { Change } from '@onnx-compress/core';
import type { Form } from './placement/choose-form.js';
import type { WeightGroup } from './placement/weight-group.js';
import type { StaticChoice } from './static-choice.js';
import type { Decision } from './weight-plan.js';

/** What a report calls the forms. */
const WRITTEN: Readonly<Record<Form, string>> = {
  static: 'static',
  dynamic: 'dynamic',
  gathered: 'weight-only',
  restored: 'weight-only',
};

/** What a report says of each layer of a weight; the bytes of a shared weight are counted with the first. */
export function changeOf(
  { weight, layers }: WeightGroup,
  { form, size, int8 }: Decision,
  { plan, scales }: StaticChoice,
  scheme: string,
): readonly Change[] {
  const reasons = new Map(plan.skipped.map(({ node, reason }) => [node, reason]));
  return layers.map(({ node }, index) => {
    const data = node.input(0);
    const input = form === 'static' && data !== undefined ? scales.get(data) : undefined;
    const reason = form === 'static' ? undefined : reasons.get(node.label);
    return {
      node: node.label,
      tensor: weight.name,
      operator: node.opType,
      scheme,
      form: WRITTEN[form],
      weightScales: int8.scales.length,
      ...(input !== undefined && { inputScale: input.scale, inputZeroPoint: input.zeroPoint }),
      ...(reason !== undefined && { floatActivations: reason }),
      ...(index === 0 ? size : { bytesBefore: 0, bytesAfter: 0 }),
    };
  });
}
