import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import {
  type Report,
  readReport,
  renderHtml,
  renderMarkdown,
  renderMeasureHtml,
  renderMeasureMarkdown,
  type StoredReport,
} from 'onnx-compress';
import { locate } from '../locate.js';
import type { ParsedArguments } from '../options/arguments.js';
import { fileNotWritable, missingOutput, mixedReports, unknownPageKind } from '../options/messages.js';
import type { Io } from '../run.js';

type Renderer = (stored: StoredReport, candidates: readonly Report[]) => string;

const PAGE_KINDS: Readonly<Record<string, Renderer>> = {
  '.html': (stored, candidates) =>
    stored.kind === 'run' ? renderHtml(stored.report, { candidates }) : renderMeasureHtml(stored.report),
  '.md': (stored) => (stored.kind === 'run' ? renderMarkdown(stored.report) : renderMeasureMarkdown(stored.report)),
};

/** The reports to compare the first with. @throws UsageError for measurements, which are not compared here */
function candidatesOf(main: StoredReport, others: readonly StoredReport[]): readonly Report[] {
  return others.map((stored) => {
    if (main.kind !== 'run' || stored.kind !== 'run') throw mixedReports();
    return stored.report;
  });
}

/** `compress report <report.json>...`: draws a stored report, with the others as candidates beside it. */
export async function runReport(args: ParsedArguments, io: Io): Promise<number> {
  const path = args.one('output');
  if (path === undefined) throw missingOutput();
  const render = PAGE_KINDS[extname(path)];
  if (render === undefined) throw unknownPageKind(path);
  const stored = await Promise.all(args.positionals.map((report) => readReport(locate(io, report))));
  const [main, ...others] = stored;
  if (main === undefined) return 0;
  await writeFile(locate(io, path), render(main, candidatesOf(main, others))).catch((error: unknown) => {
    throw fileNotWritable('report', path, error);
  });
  return 0;
}
