import { extname } from 'node:path';
import {
  type CompressFileOptions,
  calibrationImages,
  compressFile,
  defaultOutput,
  planOf,
  type Report,
  renderHtml,
  renderJson,
  renderMarkdown,
  renderTable,
  reportOf,
  requireDyadicStep,
  resolveOptions,
  sidecarOf,
} from 'onnx-compress';
import { locate } from '../locate.js';
import type { ParsedArguments } from '../options/arguments.js';
import { missingPositional } from '../options/messages.js';
import { recipeOf } from '../options/run-options.js';
import { talkOf } from '../options/talk.js';
import { redFor } from '../output/colours.js';
import { ProgressPrinter } from '../output/progress.js';
import { reportError } from '../output/report-error.js';
import { type Renderers, reportFile, textFileOf } from '../output/report-file.js';
import type { Io } from '../run.js';

const REPORT_KINDS: Renderers<Report> = {
  '.html': async (report) => renderHtml(report, { images: await calibrationImages(report) }),
  '.md': renderMarkdown,
  '.json': renderJson,
};

/** A page shows pictures, and so does one that is drawn from a stored report later. */
const isDrawn = (args: ParsedArguments) => ['.html', '.json'].includes(extname(args.one('report') ?? ''));

async function fileOptions(args: ParsedArguments, io: Io, progress: ProgressPrinter): Promise<CompressFileOptions> {
  return {
    ...(await recipeOf(args, io)),
    threads: args.number('threads', { least: 1, whole: true }),
    measure: args.has('measure') ? { profile: args.has('verbose') || isDrawn(args) } : undefined,
    figures: isDrawn(args),
    force: args.has('force'),
    keepFailed: args.has('keep-failed'),
    dryRun: args.has('dry-run'),
    cache: args.has('cache'),
    signal: io.signal,
    onEvent: progress.listen,
  };
}

async function printRecipe(options: CompressFileOptions, io: Io): Promise<number> {
  const { force: _force, keepFailed: _keepFailed, dryRun: _dryRun, cache: _cache, ...common } = options;
  io.stdout.write(renderJson((await resolveOptions(common)).recipe));
  return 0;
}

function print(report: Report, args: ParsedArguments, io: Io): void {
  const table = { verbose: args.has('verbose'), removals: args.has('dry-run'), red: redFor(io.stdout, io) };
  io.stdout.write(args.has('json') ? renderJson(report) : renderTable(report, table));
}

/** `compress <model.onnx>`: makes a model smaller, proves it, writes it. */
export async function runCompress(args: ParsedArguments, io: Io): Promise<number> {
  const writeReport = reportFile(args, io, REPORT_KINDS);
  const writePlan = textFileOf('plan', args, io);
  const writeSidecar = textFileOf('sidecar', args, io);
  const progress = new ProgressPrinter(io.stderr, talkOf(args));
  const options = await fileOptions(args, io, progress);
  if (writeSidecar !== undefined) requireDyadicStep(options.steps ?? []);
  if (args.has('print-recipe')) return printRecipe(options, io);
  const [model] = args.positionals;
  if (model === undefined) throw missingPositional(args.command, 'model.onnx');
  const input = locate(io, model);
  const named = args.one('output');
  try {
    const { report, cached } = await compressFile(
      input,
      named === undefined ? defaultOutput(input) : locate(io, named),
      options,
    );
    progress.clear();
    await writeReport?.(report);
    await writePlan?.(renderJson(planOf(report)));
    await writeSidecar?.(renderJson(sidecarOf(report)));
    if (cached && !args.has('quiet')) io.stderr.write('unchanged since the last run, whose result this is\n');
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
