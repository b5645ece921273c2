import type { BarFigure } from '@onnx-compress/core';
import type { EnergyRecord, MeasureReport } from '../../measure/measure-report.js';
import { drawFigure } from '../charts/draw-figure.js';
import { formatterOf } from '../charts/quantity.js';
import { type Markup, markup } from '../page/markup.js';
import { drawTable } from '../page/table.js';
import type { MeasureSection } from './measure-section.js';

interface Reading {
  readonly label: string;
  readonly energy: EnergyRecord;
}

function readingsOf({ cases }: MeasureReport): readonly Reading[] {
  return cases.flatMap(({ label, before, after }) => {
    const sides =
      before === undefined
        ? ([[label, after.energy]] as const)
        : ([
            [`${label}, before`, before.energy],
            [`${label}, after`, after.energy],
          ] as const);
    return sides.flatMap(([name, energy]) => (energy === null ? [] : [{ label: name, energy }]));
  });
}

const SCOPES: Readonly<Record<EnergyRecord['scope'], string>> = {
  package: 'everything that the processor package did',
  device: 'everything that the device did',
  process: 'this process only',
};

function barsOf({ cases }: MeasureReport, estimated: boolean, caption: string): BarFigure {
  const pairs = cases.map(({ label, before, after }) => ({ label, values: [before?.energy ?? null, after.energy] }));
  const compared = cases.some(({ before }) => before !== undefined);
  const rows = pairs.map(({ label, values }) => ({
    label,
    values: (compared ? values : values.slice(1)).map((energy) => energy?.joules ?? null),
  }));
  const title = `Energy of one inference${estimated ? ', estimated' : ''}`;
  return {
    kind: 'bars',
    title,
    caption,
    unit: 'joules',
    series: compared ? ['before', 'after'] : ['after'],
    estimated,
    rows,
  };
}

type Carbon = NonNullable<EnergyRecord['carbon']>;

const carbonText = ({ grams, low, high, grid }: Carbon) =>
  `${grams.toPrecision(3)} g (${low.toPrecision(3)} to ${high.toPrecision(3)}), ${grid}`;

function bounds(readings: readonly Reading[]): Markup {
  const joules = ['joules', 'least', 'most'].map((label) => ({ label, format: formatterOf('joules') }));
  const hasCarbon = readings.some(({ energy: { carbon } }) => carbon !== undefined);
  const rows = readings.map(({ label, energy: { joules: middle, low, high, carbon } }) => {
    const numbers = [label, middle, low, high];
    return hasCarbon ? [...numbers, carbon === undefined ? null : carbonText(carbon)] : numbers;
  });
  return drawTable({
    caption: 'Energy of one inference with its bounds',
    columns: [{ label: 'input size' }, ...joules, ...(hasCarbon ? [{ label: 'CO2 of a million' }] : [])],
    rows,
  });
}

/** What one inference takes from the socket; estimates are hatched and say so. */
export const energy: MeasureSection = {
  id: 'energy',
  title: 'Energy',
  render: (report) => {
    const readings = readingsOf(report);
    const [first] = readings;
    if (first === undefined) return undefined;
    const estimated = readings.some((reading) => reading.energy.kind === 'estimated');
    const origin = estimated
      ? 'Estimated from CPU time and a stated range of power'
      : `Measured by ${first.energy.source}`;
    const figure = barsOf(report, estimated, `${origin}; it covers ${SCOPES[first.energy.scope]}.`);
    return markup`${drawFigure(figure, 'energy-bars')}${bounds(readings)}`;
  },
};
