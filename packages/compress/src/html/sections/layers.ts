import type { BarFigure, Unit } from '@onnx-compress/core';
import type { LayerCost, LayerRecord } from '../../report/report.js';
import { drawFigures } from '../charts/draw-figure.js';
import type { ReportSection } from './subject.js';

/** What is drawn of each layer. */
interface Aspect {
  readonly title: string;
  readonly caption: string;
  readonly unit: Unit;
  readonly value: (cost: LayerCost) => number | null;
}

const ASPECTS: readonly Aspect[] = [
  {
    title: 'Bytes of each layer',
    caption: 'Where the bytes of the weights are.',
    unit: 'bytes',
    value: ({ weightBytes }) => weightBytes,
  },
  {
    title: 'Time of each layer',
    caption: 'By the profile of onnxruntime; 0 where it is fused into another layer.',
    unit: 'milliseconds',
    value: ({ timeMs }) => timeMs ?? null,
  },
  {
    title: 'Multiply-accumulates of each layer',
    caption: 'Where the arithmetic is.',
    unit: 'count',
    value: ({ macs }) => macs,
  },
];

function barsOf(layers: readonly LayerRecord[], { value, ...words }: Aspect): readonly BarFigure[] {
  const rows = layers.map(({ node, before, after }) => ({
    label: node,
    values: [before, after].map((cost) => (cost === null ? null : value(cost))),
  }));
  const known = rows.filter(({ values }) => values.some((number) => number !== null));
  return known.length === 0 ? [] : [{ kind: 'bars', ...words, series: ['before', 'after'], rows: known }];
}

/** Bytes, time and arithmetic of each layer. */
export const layers: ReportSection = {
  id: 'layers',
  title: 'Layers',
  render: ({ report }) =>
    drawFigures(
      ASPECTS.flatMap((aspect) => barsOf(report.layers ?? [], aspect)),
      'layers',
    ),
};
