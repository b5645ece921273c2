import { budgetTable } from '../sections/budgets.js';
import { warningList } from '../sections/warnings.js';
import { comparison } from './comparison.js';
import { conditions } from './conditions.js';
import { energy } from './energy.js';
import { latencies } from './latencies.js';
import { layerTimes } from './layer-times.js';
import type { MeasureSection } from './measure-section.js';
import { measureSummary } from './measure-summary.js';
import { runs } from './runs.js';

/** Every section of the page about a measurement, in reading order. */
export const MEASURE_SECTIONS: readonly MeasureSection[] = [
  measureSummary,
  { id: 'warnings', title: 'Warnings', render: ({ warnings }) => warningList(warnings) },
  { id: 'budgets', title: 'Budgets', render: ({ budgets }) => budgetTable(budgets) },
  comparison,
  latencies,
  energy,
  layerTimes,
  runs,
  conditions,
];
