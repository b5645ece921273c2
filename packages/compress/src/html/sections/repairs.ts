import type { LayerRepair, LineFigure } from '@onnx-compress/core';
import { formatError, REPAIR_WORDS, repairNote, repairTitle } from '../../render/repairs-text.js';
import { repairSummary } from '../../report/repair-summary.js';
import type { StepRecord } from '../../report/report.js';
import { drawFigures } from '../charts/draw-figure.js';
import { folded } from '../page/folded.js';
import { type Markup, markup } from '../page/markup.js';
import { drawTable } from '../page/table.js';

function points(
  repairs: readonly LayerRepair[],
  key: 'errorBefore' | 'errorAfter',
): LineFigure['series'][number]['points'] {
  return repairs.flatMap((repair, index) => {
    const error = repair[key];
    return error === undefined ? [] : [[index + 1, error] as const];
  });
}

/** The error of each layer before and after, over the depth of the model; undefined where nothing was measured. */
function errorFigure(repairs: readonly LayerRepair[]): LineFigure | undefined {
  const series = [
    { label: 'before', points: points(repairs, 'errorBefore') },
    { label: 'after', points: points(repairs, 'errorAfter') },
  ];
  if (series.every((line) => line.points.length === 0)) return undefined;
  return {
    kind: 'lines',
    title: 'Error of the repaired layers',
    caption:
      'Energy of the difference to what each layer computed in the original, as a part of its variance, on samples that the repair has not seen.',
    x: { label: 'layer, in the order of execution', unit: 'count' },
    y: { label: 'error', unit: 'plain', scale: 'logarithmic' },
    series,
  };
}

function layers({ repairs = [] }: StepRecord, caption: string): Markup {
  return drawTable({
    caption,
    quiet: true,
    columns: [
      { label: 'layer' },
      { label: 'repair' },
      { label: 'error before', format: formatError },
      { label: 'error after', format: formatError },
      { label: 'left as it was because' },
    ],
    rows: repairs.map(({ node, method, errorBefore, errorAfter, reason }) => [
      node,
      method === undefined ? null : REPAIR_WORDS[method],
      errorBefore ?? null,
      errorAfter ?? null,
      reason ?? null,
    ]),
  });
}

/**
 * What became of the layers behind the changes of a step; undefined where none was looked at.
 *
 * @param id unique in the page
 */
export function drawRepairs(step: StepRecord, id: string): Markup | undefined {
  const summary = repairSummary(step);
  if (summary === undefined) return undefined;
  const figure = errorFigure(step.repairs ?? []);
  const title = `${repairTitle(summary)}: ${repairNote(summary)}`.replace('->', '→');
  return markup`${drawFigures(figure === undefined ? [] : [figure], id)}${folded(title, layers(step, title))}`;
}
