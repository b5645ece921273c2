import type { BarFigure } from '@onnx-compress/core';
import type { LayerProfile } from '@onnx-compress/runtime';
import type { MeasureReport } from '../../measure/measure-report.js';
import { drawFigures } from '../charts/draw-figure.js';
import type { MeasureSection } from './measure-section.js';

/** Time of each node, and by operator what onnxruntime adds. */
function times(profile: LayerProfile | undefined): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const add = (label: string, timeMs: number) => found.set(label, (found.get(label) ?? 0) + timeMs);
  for (const { node, timeMs } of profile?.layers ?? []) add(node, timeMs);
  for (const { opType, timeMs } of profile?.added ?? []) add(`${opType} (added by onnxruntime)`, timeMs);
  return found;
}

function bars({ before, after }: MeasureReport): readonly BarFigure[] {
  const compared = before?.profile !== undefined;
  const [old, reached] = [times(before?.profile), times(after.profile)];
  const labels = [...new Set([...old.keys(), ...reached.keys()])];
  const rows = labels.map((label) => {
    const value = reached.get(label) ?? null;
    return { label, values: compared ? [old.get(label) ?? null, value] : [value] };
  });
  const spent = rows.filter(({ values }) => values.some((value) => value !== null && value > 0));
  if (spent.length === 0) return [];
  const caption = 'By the profile of onnxruntime; nodes that were fused into another are left out.';
  return [
    {
      kind: 'bars',
      title: 'Time of each layer',
      caption,
      unit: 'milliseconds',
      series: compared ? ['before', 'after'] : ['time'],
      rows: spent,
    },
  ];
}

/** Where the time of one inference goes. */
export const layerTimes: MeasureSection = {
  id: 'layers',
  title: 'Layers',
  render: (report) => drawFigures(bars(report), 'layer-times'),
};
