import { budgets } from './budgets.js';
import { calibrationImages } from './calibration-images.js';
import { candidates } from './candidates.js';
import { factoredLayers } from './factored-layers.js';
import { figures } from './figures.js';
import { latency } from './latency.js';
import { layers } from './layers.js';
import { quantizedLayers } from './quantized-layers.js';
import { reproduce } from './reproduce.js';
import { skipped } from './skipped.js';
import { steps } from './steps.js';
import type { ReportSection } from './subject.js';
import { summary } from './summary.js';
import { verification } from './verification.js';
import { warnings } from './warnings.js';
import { worth } from './worth.js';

/** Every section of the page about a run, in reading order. */
export const REPORT_SECTIONS: readonly ReportSection[] = [
  summary,
  worth,
  warnings,
  budgets,
  verification,
  calibrationImages,
  latency,
  candidates,
  steps,
  factoredLayers,
  quantizedLayers,
  layers,
  figures,
  skipped,
  reproduce,
];
