import { factoredLayers } from '../report/factored-layers.js';
import type { StepRecord } from '../report/report.js';
import { formatFactored } from './factored-text.js';
import { formatCount, formatNumberOf } from './quantities.js';
import { reachedText } from './reached-text.js';

const isNumber = (value: unknown): value is number => typeof value === 'number';

function channels(step: StepRecord): string | undefined {
  const { channelsBefore, channelsAfter } = step.metrics;
  if (!isNumber(channelsBefore) || !isNumber(channelsAfter)) return undefined;
  const change = `${formatCount(channelsBefore)} -> ${formatCount(channelsAfter)} channels`;
  return [change, ...reachedText(step)].join(', ');
}

function layers({ metrics }: StepRecord): string | undefined {
  const { quantized, layers: total } = metrics;
  if (!isNumber(quantized) || !isNumber(total)) return undefined;
  return `${formatCount(quantized)} of ${formatCount(total)} layers`;
}

/** Every layer that the technique works on is either factored or named with the reason. */
function factored(step: StepRecord): string | undefined {
  const { family, changed, skipped } = step;
  if (family !== 'low-rank') return undefined;
  const layers = factoredLayers(changed);
  return [formatFactored(layers, layers.length + skipped.length), ...reachedText(step)].join(', ');
}

/** What a mask left; that this saves neither bytes nor time is said of the run as a whole. */
function zeros({ metrics }: StepRecord): string | undefined {
  const { zeros: count, weights } = metrics;
  if (!isNumber(count) || !isNumber(weights)) return undefined;
  return `${formatCount(count)} of ${formatCount(weights)} weights are zero`;
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

const NOTES = [channels, factored, layers, zeros] as const;

/** What the family of a step counts. */
function countedNote(step: StepRecord): string | undefined {
  for (const noteOf of NOTES) {
    const note = noteOf(step);
    if (note !== undefined) return note;
  }
  return undefined;
}

/** What a step changed, in the words of its family: `1 030 -> 618 channels`. */
export function changeNote(step: StepRecord): string {
  return countedNote(step) ?? `${formatNumberOf(step.changed.length, 'node')} changed`;
}

/** Families whose notes tell how many layers were left alone. */
const COUNTS_ALL: ReadonlySet<StepRecord['family']> = new Set(['quant', 'low-rank']);

/** The same with what was left alone: `1 030 -> 618 channels, 3 groups skipped (see --verbose)`. */
export function stepNote(step: StepRecord): string {
  const tellsSkips = !COUNTS_ALL.has(step.family) && countedNote(step) !== undefined;
  return [changeNote(step), tellsSkips ? skips(step) : undefined].filter((part) => part !== undefined).join(', ');
}
