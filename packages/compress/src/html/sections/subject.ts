import type { ImagePreview } from '@onnx-compress/runtime';
import type { Report } from '../../report/report.js';
import type { PageSection } from '../page/section.js';

/** What a page about a run is made from. */
export interface ReportSubject {
  readonly report: Report;
  /** Other results for the same input, to compare with. */
  readonly candidates: readonly Report[];
  /** Pictures of the calibration as the model saw them. */
  readonly images: readonly ImagePreview[];
}

/** One section of the page about a run. */
export type ReportSection = PageSection<ReportSubject>;
