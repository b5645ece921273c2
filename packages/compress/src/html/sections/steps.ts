import { formatBytesChange, formatLargeCount, formatNumberOf } from '../../render/quantities.js';
import { stepTitle } from '../../render/step-text.js';
import type { StepRecord } from '../../report/report.js';
import { drawFigures } from '../charts/draw-figure.js';
import { folded } from '../page/folded.js';
import { type Markup, markup } from '../page/markup.js';
import { drawFacts, type Entry } from '../page/records.js';
import { drawTable } from '../page/table.js';
import { changeTone, changeWords } from '../page/words.js';
import { changeTable } from './change-table.js';
import { metricFacts } from './metric-facts.js';
import { drawRepairs } from './repairs.js';
import type { ReportSection } from './subject.js';

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(milliseconds < 9950 ? 2 : 0)} s`;

function sizeFacts(step: StepRecord): readonly Entry[] {
  const { bytesBefore, bytesAfter, parametersBefore, parametersAfter, macsBefore, macsAfter } = step;
  const change = (before: number, after: number) => `${formatLargeCount(before)} → ${formatLargeCount(after)}`;
  const bytes = formatBytesChange(bytesBefore, bytesAfter).replace('->', '→');
  return [
    [
      'file',
      markup`${bytes} <span class="${changeTone(bytesBefore, bytesAfter)}">(${changeWords(bytesBefore, bytesAfter)})</span>`,
    ],
    ...(parametersBefore === parametersAfter
      ? []
      : [['parameters', change(parametersBefore, parametersAfter)] as const]),
    ...(macsBefore === macsAfter ? [] : [['MACs', change(macsBefore, macsAfter)] as const]),
    ['took', seconds(step.durationMs)],
  ];
}

function changes({ changed, name }: StepRecord): Markup | undefined {
  if (changed.length === 0) return undefined;
  return folded(formatNumberOf(changed.length, 'change'), drawTable(changeTable(changed, `Changed by ${name}`)));
}

function skips({ skipped }: StepRecord): Markup | undefined {
  if (skipped.length === 0) return undefined;
  return markup`<p class="soft">${formatNumberOf(skipped.length, 'node')} left alone: see <a href="#skipped">what was skipped</a>.</p>\n`;
}

function drawStep(step: StepRecord, index: number): Markup {
  return markup`<div class="step"><h3>${index + 1}. <code>${stepTitle(step)}</code></h3>
${drawFacts(sizeFacts(step))}${drawFacts(metricFacts(step.metrics))}${skips(step)}${drawFigures(step.figures ?? [], `step-${index + 1}`)}${drawRepairs(step, `step-${index + 1}-repairs`)}${changes(step)}</div>
`;
}

function idle(steps: readonly StepRecord[]): Markup | undefined {
  if (steps.length === 0) return undefined;
  return markup`<p class="soft">Nothing to do for ${steps.map(stepTitle).join(', ')}.</p>\n`;
}

const didSomething = ({ family, changed, bytesBefore, bytesAfter }: StepRecord) =>
  family !== 'cleanup' || changed.length > 0 || bytesBefore !== bytesAfter;

/** What each step did. */
export const steps: ReportSection = {
  id: 'steps',
  title: 'Steps',
  render: ({ report }) => {
    if (report.steps.length === 0) return undefined;
    const drawn = report.steps.filter(didSomething).map(drawStep);
    return markup`${drawn}${idle(report.steps.filter((step) => !didSomething(step)))}`;
  },
};
