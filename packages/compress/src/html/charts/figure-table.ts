import type { Axis, Figure, HistogramFigure, Unit } from '@onnx-compress/core';
import type { Cell } from '../page/csv.js';
import type { Column } from '../page/table.js';
import { formatterOf } from './quantity.js';

/** The data of a figure as a table, and in full where the table would be too large to read. */
export interface FigureData {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  /** What the download holds where it is more than the table. */
  readonly full?: readonly (readonly Cell[])[];
}

const text = (label: string): Column => ({ label });
const numeric = (label: string, unit: Unit): Column => ({ label, format: formatterOf(unit) });
const ofAxis = ({ label, unit }: Axis): Column => numeric(label, unit);

function histogramData({ series, unit, rows }: HistogramFigure): FigureData {
  const each = rows.flatMap(({ label, low, high, counts }) =>
    counts.map((bins, index) => ({ name: [label, series[index] ?? ''], range: [low, high], bins })),
  );
  return {
    columns: [text('name'), text('series'), numeric('low', unit), numeric('high', unit), numeric('values', 'count')],
    rows: each.map(({ name, range, bins }) => [...name, ...range, bins.reduce((sum, count) => sum + count, 0)]),
    full: [
      ['name', 'series', 'low', 'high', 'counts of equal bins'],
      ...each.map(({ name, range, bins }) => [...name, ...range, ...bins]),
    ],
  };
}

/** The rows and columns behind a figure. */
export function figureData(figure: Figure): FigureData {
  switch (figure.kind) {
    case 'bars': {
      const columns = [text('name'), ...figure.series.map((label) => numeric(label, figure.unit))];
      return { columns, rows: figure.rows.map(({ label, values }) => [label, ...values]) };
    }
    case 'lines': {
      const columns = [text('series'), ofAxis(figure.x), ofAxis(figure.y)];
      return { columns, rows: figure.series.flatMap(({ label, points }) => points.map((point) => [label, ...point])) };
    }
    case 'histograms':
      return histogramData(figure);
    case 'scatter': {
      const columns = [text('name'), ofAxis(figure.x), ofAxis(figure.y), text('best')];
      return { columns, rows: figure.points.map(({ label, x, y, front }) => [label, x, y, front ? 'yes' : 'no']) };
    }
    case 'intervals': {
      const bounds = ['ratio', 'low', 'high'].map((label) => numeric(label, figure.axis.unit));
      const rows = figure.rows.map(({ label, value, low, high, note }) => [label, value, low, high, note ?? null]);
      return { columns: [text('name'), ...bounds, text('verdict')], rows };
    }
    case 'table': {
      const columns = figure.columns.map(({ label, unit }) => (unit === 'text' ? text(label) : numeric(label, unit)));
      return { columns, rows: figure.rows };
    }
  }
}
