import type { MeasureReport } from '../../measure/measure-report.js';
import type { PageSection } from '../page/section.js';

/** One section of the page about a measurement. */
export type MeasureSection = PageSection<MeasureReport>;
