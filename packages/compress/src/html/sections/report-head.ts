import { formatBytes, formatFactor, formatNumberOf } from '../../render/quantities.js';
import type { Report } from '../../report/report.js';
import { type Markup, markup } from '../page/markup.js';
import { drawBadges } from '../page/records.js';
import { FIDELITY_TONES, fileName, SPEED_WORDS, VERDICT_TONES } from '../page/words.js';

type Badge = { readonly tone: string; readonly text: string };

const SOUNDNESS: Readonly<Record<Report['verification']['status'], Badge>> = {
  ok: { tone: 'good', text: '✓ verified: sound' },
  failed: { tone: 'bad', text: '✗ verification FAILED: do not use the result' },
  off: { tone: 'warn', text: 'not verified' },
};

function budgetBadge({ budgets }: Report): Badge | undefined {
  if (budgets.length === 0) return undefined;
  const missed = budgets.filter(({ ok }) => !ok).length;
  if (missed === 0) return { tone: 'good', text: `✓ ${formatNumberOf(budgets.length, 'budget')} kept` };
  return { tone: 'bad', text: `✗ ${missed} of ${formatNumberOf(budgets.length, 'budget')} MISSED` };
}

function badges(report: Report): readonly (Badge | undefined)[] {
  const { verification, latency, warnings } = report;
  const { fidelity } = verification;
  return [
    SOUNDNESS[verification.status],
    fidelity === null ? undefined : { tone: FIDELITY_TONES[fidelity], text: `fidelity ${fidelity}` },
    latency && { tone: VERDICT_TONES[latency.verdict], text: SPEED_WORDS[latency.verdict] },
    budgetBadge(report),
    warnings.length === 0 ? undefined : { tone: 'warn', text: formatNumberOf(warnings.length, 'warning') },
  ];
}

function lead({ before, after, unchanged }: Report): string {
  if (unchanged) return 'Nothing was changed: the input was passed on as it is.';
  const factor = formatFactor(before.fileBytes, after.fileBytes);
  return `${formatBytes(before.fileBytes)} before, ${formatBytes(after.fileBytes)} after: ${factor}.`;
}

/** Head of the page about a run: the file, what became of it, and whether it can be used. */
export function reportHead(report: Report): Markup {
  return markup`<p class="kind">Compression report of ${report.tool.name}</p>
<h1>${fileName(report.input.path)}</h1>
<p class="lead">${lead(report)}</p>
${drawBadges(badges(report))}`;
}
