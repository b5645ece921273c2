import type { ImagePreview } from '@onnx-compress/runtime';
import type { Report } from '../report/report.js';
import { markup } from './page/markup.js';
import { drawPage } from './page/page.js';
import { drawSections } from './page/section.js';
import { fileName } from './page/words.js';
import { reportHead } from './sections/report-head.js';
import { REPORT_SECTIONS } from './sections/report-sections.js';

/** What a page shows besides its report. */
export interface HtmlOptions {
  /** Other results for the same input, drawn against this one by size and fidelity. */
  readonly candidates?: readonly Report[] | undefined;
  /** The first pictures of the calibration, see `calibrationImages`. */
  readonly images?: readonly ImagePreview[] | undefined;
}

/**
 * The report as one HTML file that needs no network and no script: figures as inline SVG, each with its data as a
 * table and as a download, in light and dark, for screens from 320 pixels on and for paper. Pure.
 *
 * @example
 * await writeFile('report.html', renderHtml(result.report));
 */
export function renderHtml(report: Report, { candidates = [], images = [] }: HtmlOptions = {}): string {
  return drawPage({
    title: `${fileName(report.input.path)}: compression report`,
    top: reportHead(report),
    sections: drawSections(REPORT_SECTIONS, { report, candidates, images }),
    foot: markup`<p>${report.tool.name} ${report.tool.version}, onnxruntime ${report.onnxruntime.version}</p>\n`,
  });
}
