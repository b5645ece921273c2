import { causeTexts, isWorse, worthText } from '../../render/worth-text.js';
import { markup } from '../page/markup.js';
import { drawBadges, drawList } from '../page/records.js';
import type { ReportSection } from './subject.js';

/** Whether a quantized result is smaller and faster, and what to do where it is not. */
export const worth: ReportSection = {
  id: 'worth',
  title: 'Quantized result',
  render: ({ report: { worth: record } }) => {
    if (record === undefined) return undefined;
    const tone = isWorse(record) ? 'bad' : record.speed === 'unknown' || record.speed === 'undecided' ? 'warn' : 'good';
    const causes = causeTexts(record);
    return markup`${drawBadges([{ tone, text: worthText(record) }])}${causes.length === 0 ? undefined : drawList(causes)}`;
  },
};
