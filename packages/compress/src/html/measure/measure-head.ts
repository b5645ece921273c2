import type { MeasureReport } from '../../measure/measure-report.js';
import { formatNumberOf } from '../../render/quantities.js';
import { formatQuantity, formatterOf } from '../charts/quantity.js';
import { type Markup, markup } from '../page/markup.js';
import { drawBadges } from '../page/records.js';
import { fileName, METRIC_WORDS, SPEED_WORDS, VERDICT_TONES } from '../page/words.js';

function lead({ before, after, speedup, interval, settings }: MeasureReport): string {
  const time = `${formatQuantity(after.latencyMs.p50, 'milliseconds')} for one inference (median)`;
  if (before === undefined || speedup === undefined) return `${time}.`;
  const range = interval === undefined ? '' : ` (${interval.map(formatterOf('factor')).join(' to ')})`;
  const metric = METRIC_WORDS[settings.metric];
  return `${time}; speedup ${formatQuantity(speedup, 'factor')}${range} over ${fileName(before.path)} by ${metric}.`;
}

function badges({ verdict, budgets, cases, warnings }: MeasureReport): Markup {
  const missed = budgets.filter(({ ok }) => !ok).length;
  return drawBadges([
    verdict && { tone: VERDICT_TONES[verdict], text: SPEED_WORDS[verdict] },
    budgets.length === 0
      ? undefined
      : {
          tone: missed > 0 ? 'bad' : 'good',
          text: missed > 0 ? `✗ ${missed} of ${formatNumberOf(budgets.length, 'budget')} MISSED` : '✓ budgets kept',
        },
    cases.some(({ disturbance }) => disturbance.disturbed)
      ? { tone: 'warn', text: 'the machine was busy: absolute times are too high' }
      : undefined,
    warnings.length === 0 ? undefined : { tone: 'warn', text: formatNumberOf(warnings.length, 'warning') },
  ]);
}

/** Head of the page about a measurement: the model, its time, and the verdict. */
export function measureHead(report: MeasureReport): Markup {
  const { tool, after, before } = report;
  const against = before === undefined ? '' : ` against ${fileName(before.path)}`;
  return markup`<p class="kind">Measurement by ${tool.name}</p>
<h1>${fileName(after.path)}${against}</h1>
<p class="lead">${lead(report)}</p>
${badges(report)}`;
}
