import type { MeasureReport } from '../measure/measure-report.js';
import { measureHead } from './measure/measure-head.js';
import { MEASURE_SECTIONS } from './measure/measure-sections.js';
import { markup } from './page/markup.js';
import { drawPage } from './page/page.js';
import { drawSections } from './page/section.js';
import { fileName } from './page/words.js';

/**
 * A measurement as one HTML file that needs no network and no script. Pure.
 *
 * @example
 * await writeFile('measure.html', renderMeasureHtml(report));
 */
export function renderMeasureHtml(report: MeasureReport): string {
  const { tool, onnxruntime, after } = report;
  return drawPage({
    title: `${fileName(after.path)}: measurement`,
    top: measureHead(report),
    sections: drawSections(MEASURE_SECTIONS, report),
    foot: markup`<p>${tool.name} ${tool.version}, onnxruntime ${onnxruntime.version}</p>\n`,
  });
}
