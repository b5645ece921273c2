import {
  EXIT_CODES,
  type MeasureReport,
  measureFiles,
  renderJson,
  renderMeasureHtml,
  renderMeasureMarkdown,
  renderMeasurement,
} from 'onnx-compress';
import { locate } from '../locate.js';
import type { ParsedArguments } from '../options/arguments.js';
import { measureOptionsOf } from '../options/measure-arguments.js';
import { talkOf } from '../options/talk.js';
import { greenFor, redFor } from '../output/colours.js';
import { ProgressPrinter } from '../output/progress.js';
import { type Renderers, reportFile } from '../output/report-file.js';
import type { Io } from '../run.js';

const REPORT_KINDS: Renderers<MeasureReport> = {
  '.html': renderMeasureHtml,
  '.md': renderMeasureMarkdown,
  '.json': renderJson,
};

/** `compress measure <model>`: latency, CPU time, memory, energy; ends with 6 where `--min-speedup` is missed. */
export async function runMeasure(args: ParsedArguments, io: Io): Promise<number> {
  const [path = ''] = args.positionals;
  const writeReport = reportFile(args, io, REPORT_KINDS);
  const progress = new ProgressPrinter(io.stderr, talkOf(args));
  const report = await measureFiles(locate(io, path), {
    ...measureOptionsOf(args, io),
    signal: io.signal,
    onEvent: progress.listen,
  }).finally(() => progress.clear());
  const text = {
    verbose: args.has('verbose'),
    red: redFor(io.stdout, io),
    green: greenFor(io.stdout, io),
    bars: io.stdout.isTTY === true ? 'unicode' : 'ascii',
  } as const;
  io.stdout.write(args.has('json') ? renderJson(report) : renderMeasurement(report, text));
  await writeReport?.(report);
  return report.budgets.every(({ ok }) => ok) ? EXIT_CODES.ok : EXIT_CODES.budget;
}
