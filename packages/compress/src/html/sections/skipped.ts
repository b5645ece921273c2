import { formatNumberOf } from '../../render/quantities.js';
import { stepTitle } from '../../render/step-text.js';
import type { StepRecord } from '../../report/report.js';
import { folded } from '../page/folded.js';
import { type Markup, markup } from '../page/markup.js';
import type { ReportSection } from './subject.js';

/** Names shown of one reason; a page that lists thousands is read by nobody. */
const MOST_NAMES = 400;

/** The nodes that a step left alone for one reason. */
function drawReason(reason: string, nodes: readonly string[]): Markup {
  const names = nodes.slice(0, MOST_NAMES).map((node) => markup`<code>${node}</code> `);
  const more = nodes.length > MOST_NAMES ? markup` and ${nodes.length - MOST_NAMES} more` : undefined;
  return folded(`${formatNumberOf(nodes.length, 'node')}: ${reason}`, markup`<p>${names}${more}</p>\n`);
}

function drawStep(step: StepRecord): Markup | undefined {
  if (step.skipped.length === 0) return undefined;
  const byReason = new Map<string, string[]>();
  for (const { node, reason } of step.skipped) byReason.set(reason, [...(byReason.get(reason) ?? []), node]);
  const reasons = [...byReason].sort(([, a], [, b]) => b.length - a.length);
  return markup`<div><h3><code>${stepTitle(step)}</code></h3>\n${reasons.map(([reason, nodes]) => drawReason(reason, nodes))}</div>\n`;
}

/** What was left alone, and why. */
export const skipped: ReportSection = {
  id: 'skipped',
  title: 'Skipped',
  render: ({ report }) => {
    const drawn = report.steps.map(drawStep);
    return drawn.every((step) => step === undefined) ? undefined : markup`${drawn}`;
  },
};
