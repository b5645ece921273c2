import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import {
  type CompressFileOptions,
  compressFile,
  defaultOutput,
  type Report,
  renderJson,
  renderMarkdown,
  renderTable,
  reportOf,
  resolveOptions,
} from 'onnx-compress';
import { locate } from '../locate.js';
import type { ParsedArguments } from '../options/arguments.js';
import { missingPositional, reportNotWritable, unknownReportKind } from '../options/messages.js';
import { recipeOf } from '../options/run-options.js';
import { talkOf } from '../options/talk.js';
import { redFor } from '../output/colours.js';
import { ProgressPrinter } from '../output/progress.js';
import { reportError } from '../output/report-error.js';
import type { Io } from '../run.js';

const REPORT_KINDS: Readonly<Record<string, (report: Report) => string>> = {
  '.md': renderMarkdown,
  '.json': renderJson,
};

/** Where `--report` goes and how it is written. @throws UsageError for a name whose ending says nothing */
function reportFile(args: ParsedArguments, io: Io): ((report: Report) => Promise<void>) | undefined {
  const path = args.one('report');
  if (path === undefined) return undefined;
  const render = REPORT_KINDS[extname(path)];
  if (render === undefined) throw unknownReportKind(path);
  return async (report) => {
    await writeFile(locate(io, path), render(report)).catch((error: unknown) => {
      throw reportNotWritable(path, error);
    });
  };
}

async function fileOptions(args: ParsedArguments, io: Io, progress: ProgressPrinter): Promise<CompressFileOptions> {
  return {
    ...(await recipeOf(args, io)),
    threads: args.number('threads', { least: 1, whole: true }),
    force: args.has('force'),
    keepFailed: args.has('keep-failed'),
    dryRun: args.has('dry-run'),
    signal: io.signal,
    onEvent: progress.listen,
  };
}

async function printRecipe(options: CompressFileOptions, io: Io): Promise<number> {
  const { force: _force, keepFailed: _keepFailed, dryRun: _dryRun, ...common } = options;
  io.stdout.write(renderJson((await resolveOptions(common)).recipe));
  return 0;
}

function print(report: Report, args: ParsedArguments, io: Io): void {
  const table = { verbose: args.has('verbose'), red: redFor(io.stdout, io) };
  io.stdout.write(args.has('json') ? renderJson(report) : renderTable(report, table));
}

/** `compress <model.onnx>`: makes a model smaller, proves it, writes it. */
export async function runCompress(args: ParsedArguments, io: Io): Promise<number> {
  const writeReport = reportFile(args, io);
  const progress = new ProgressPrinter(io.stderr, talkOf(args));
  const options = await fileOptions(args, io, progress);
  if (args.has('print-recipe')) return printRecipe(options, io);
  const [model] = args.positionals;
  if (model === undefined) throw missingPositional(args.command, 'model.onnx');
  const input = locate(io, model);
  const named = args.one('output');
  try {
    const { report } = await compressFile(
      input,
      named === undefined ? defaultOutput(input) : locate(io, named),
      options,
    );
    progress.clear();
    await writeReport?.(report);
    print(report, args, io);
    return 0;
  } catch (error) {
    progress.clear();
    const report = reportOf(error);
    if (report === undefined) throw error;
    await writeReport?.(report);
    if (!args.has('json')) print(report, args, io);
    return reportError(error, io, args.has('json'), report);
  }
}
