import type { StepRecord } from '../report/report.js';
import { formatBytes, formatPart } from './quantities.js';

interface Goal {
  /** What the value is a part of; undefined for bytes. */
  readonly what: string | undefined;
  readonly requested: string;
  readonly reached: string;
  readonly format: (value: number) => string;
}

/** Budgets that a step was given, by the metrics that tell of them. */
const GOALS: readonly Goal[] = [
  { what: 'of the MACs', requested: 'requestedKeepMacs', reached: 'achievedKeepMacs', format: formatPart },
  { what: 'of the parameters', requested: 'requestedKeepParams', reached: 'achievedKeepParams', format: formatPart },
  {
    what: 'of the MACs of these layers',
    requested: 'requestedKeepLayerMacs',
    reached: 'achievedKeepLayerMacs',
    format: formatPart,
  },
  {
    what: 'of the parameters of these layers',
    requested: 'requestedKeepLayerParams',
    reached: 'achievedKeepLayerParams',
    format: formatPart,
  },
  {
    what: 'of the time predicted',
    requested: 'requestedKeepLatency',
    reached: 'predictedKeepLatency',
    format: formatPart,
  },
  {
    what: 'of the time measured',
    requested: 'requestedKeepLatency',
    reached: 'measuredKeepLatency',
    format: formatPart,
  },
  { what: undefined, requested: 'requestedMaxBytes', reached: 'achievedBytes', format: formatBytes },
];

/** What a step reached of the budgets it was given: `49.4 % of the MACs (asked 50.0 %)`. */
export function reachedText({ metrics }: StepRecord): readonly string[] {
  return GOALS.flatMap(({ what, requested, reached, format }) => {
    const [asked, actual] = [metrics[requested], metrics[reached]];
    if (typeof asked !== 'number' || typeof actual !== 'number') return [];
    const part = what === undefined ? format(actual) : `${format(actual)} ${what}`;
    return `${part} (asked ${format(asked)})`;
  });
}
