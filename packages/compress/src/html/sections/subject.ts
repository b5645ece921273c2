import type { Report } from '../../report/report.js';
import type { PageSection } from '../page/section.js';

/** What a page about a run is made from. */
export interface ReportSubject {
  readonly report: Report;
  /** Other results for the same input, to compare with. */
  readonly candidates: readonly Report[];
}

/** One section of the page about a run. */
export type ReportSection = PageSection<ReportSubject>;
