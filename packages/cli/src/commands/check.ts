import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import {
  BudgetError,
  type CheckReport,
  type CheckResult,
  checkModels,
  renderCheck,
  renderCheckMarkdown,
  renderJson,
} from 'onnx-compress';
import { locate } from '../locate.js';
import type { ParsedArguments } from '../options/arguments.js';
import { reportNotWritable, unknownReportKind } from '../options/messages.js';
import { talkOf } from '../options/talk.js';
import { redFor } from '../output/colours.js';
import { ProgressPrinter } from '../output/progress.js';
import { reportError } from '../output/report-error.js';
import type { Io } from '../run.js';

const REPORT_KINDS: Readonly<Record<string, (report: CheckReport) => string>> = {
  '.md': renderCheckMarkdown,
  '.json': renderJson,
};

/** Where `--report` goes and how it is written. @throws UsageError for a name whose ending says nothing */
function reportFile(args: ParsedArguments, io: Io): ((report: CheckReport) => Promise<void>) | undefined {
  const path = args.one('report');
  if (path === undefined) return undefined;
  const render = REPORT_KINDS[extname(path)];
  if (render === undefined) throw unknownReportKind(path);
  return (report) =>
    writeFile(locate(io, path), render(report)).catch((error: unknown) => {
      throw reportNotWritable(path, error);
    });
}

async function look(args: ParsedArguments, io: Io): Promise<CheckResult> {
  const talk = talkOf(args);
  const progress = new ProgressPrinter(io.stderr, talk);
  const announce = (name: string) => {
    progress.clear();
    if (talk === 'verbose') io.stderr.write(`checking ${name}\n`);
  };
  return checkModels({
    folder: io.cwd,
    config: args.one('config'),
    updateBaseline: args.has('update-baseline'),
    force: args.has('force'),
    signal: io.signal,
    onModel: announce,
    onEvent: progress.listen,
  }).finally(() => progress.clear());
}

/** One line for each failure, on stderr. */
function printFailures({ models }: CheckReport, io: Io): void {
  for (const { code, message, hint } of models.flatMap(({ failures }) => failures)) {
    reportError(new BudgetError(code, message, { hint }), io, false);
  }
}

/** `compress check`: every model of the project's config against its budgets and its baseline. */
export async function runCheck(args: ParsedArguments, io: Io): Promise<number> {
  const writeReport = reportFile(args, io);
  const { report, exitCode } = await look(args, io);
  await writeReport?.(report);
  io.stdout.write(args.has('json') ? renderJson(report) : renderCheck(report, redFor(io.stdout, io)));
  printFailures(report, io);
  return exitCode;
}
