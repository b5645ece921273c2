import { budgetText } from '../render/budget-text.js';
import { alignColumns } from '../render/columns.js';
import { formatCosine, formatPart } from '../render/quantities.js';
import { verificationText, verificationTitle } from '../render/verification-text.js';
import type { OutputRecord } from '../report/report.js';
import type { VerifyResult } from './verify-files.js';

function outputRow({ name, cosine, snrDb, maxAbsError, agreement }: OutputRecord): readonly string[] {
  return [
    `  ${name}`,
    cosine === null ? '' : `cosine ${formatCosine(cosine)}`,
    snrDb === null ? 'identical' : `SNR ${snrDb.toFixed(1)} dB`,
    maxAbsError === null ? '' : `largest error ${maxAbsError.toPrecision(3)}`,
    agreement === undefined ? '' : `same top-1 ${formatPart(agreement)}`,
  ];
}

/** A comparison for a person: the verdict, one line per output, one per budget. Pure; ends with a line break. */
export function renderVerification({ verification, budgets }: VerifyResult, red = (text: string) => text): string {
  const headline = `${verificationTitle(verification)}   ${verificationText(verification)}`;
  const lines = [
    verification.status === 'failed' ? red(headline) : headline,
    ...alignColumns(verification.outputs.map(outputRow)),
    ...budgets.map((budget) => {
      const line = `  budget ${budget.name}   ${budgetText(budget)}   ${budget.ok ? 'ok' : 'MISSED'}`;
      return budget.ok ? line : red(line);
    }),
  ];
  return `${lines.join('\n')}\n`;
}
