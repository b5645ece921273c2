import type { StepRecord } from '../report/report.js';
import { formatCount, formatNumberOf } from './quantities.js';

const isNumber = (value: unknown): value is number => typeof value === 'number';

function channels({ metrics }: StepRecord): string | undefined {
  const { channelsBefore, channelsAfter } = metrics;
  if (!isNumber(channelsBefore) || !isNumber(channelsAfter)) return undefined;
  return `${formatCount(channelsBefore)} -> ${formatCount(channelsAfter)} channels`;
}

function layers({ metrics }: StepRecord): string | undefined {
  const { quantized, layers: total } = metrics;
  if (!isNumber(quantized) || !isNumber(total)) return undefined;
  return `${formatCount(quantized)} of ${formatCount(total)} layers`;
}

function skips({ skipped, metrics }: StepRecord): string | undefined {
  const { groupsSkipped } = metrics;
  const count = isNumber(groupsSkipped) ? groupsSkipped : skipped.length;
  if (count === 0) return undefined;
  return `${formatNumberOf(count, isNumber(groupsSkipped) ? 'group' : 'node')} skipped (see --verbose)`;
}

/** True for steps that the pipeline adds by itself. */
export function isCleanup(step: StepRecord): boolean {
  return step.family === 'cleanup';
}

/** `prune l1:0.4`, `tidy`. */
export function stepTitle(step: StepRecord): string {
  return isCleanup(step) ? step.spec : `${step.family} ${step.spec}`;
}

/** What a step changed, in the words of its family: `1 030 -> 618 channels`. */
export function changeNote(step: StepRecord): string {
  return channels(step) ?? layers(step) ?? `${formatNumberOf(step.changed.length, 'node')} changed`;
}

/** The same with what was left alone: `1 030 -> 618 channels, 3 groups skipped (see --verbose)`. */
export function stepNote(step: StepRecord): string {
  const tellsSkips = step.family !== 'quant' && (channels(step) ?? layers(step)) !== undefined;
  return [changeNote(step), tellsSkips ? skips(step) : undefined].filter((part) => part !== undefined).join(', ');
}
