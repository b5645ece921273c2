import type { LineFigure } from '@onnx-compress/core';
import { type DamageCurve, damageAt } from './damage-curve.js';

interface LabelledCurve {
  readonly label: string;
  readonly curve: DamageCurve;
}

/** The curves of all groups, over the part of their units that stays. */
export function damageFigure(curves: readonly LabelledCurve[]): LineFigure {
  return {
    kind: 'lines',
    title: 'Damage to the outputs by group',
    caption:
      'What each group alone does when it shrinks and the layers behind it are refitted, on samples that the refit has not seen. Groups whose curve stays low give most.',
    x: { label: 'units that stay', unit: 'part' },
    y: { label: 'damage', unit: 'plain' },
    series: curves.map(({ label, curve }) => {
      const [whole = 1] = curve[0] ?? [];
      return { label, points: curve.map(([kept]) => [kept / whole, damageAt(curve, kept)] as const) };
    }),
  };
}
