import {
  type CheckFailure,
  type CheckReport,
  type CheckResult,
  type CompressEvent,
  checkModels,
  renderCheck,
  renderJson,
} from 'onnx-compress';
import type { ParsedArguments } from '../options/arguments.js';
import { talkOf } from '../options/talk.js';
import { CHECK_RENDERERS } from '../output/check-renderers.js';
import { redFor } from '../output/colours.js';
import { ProgressPrinter, type Talk } from '../output/progress.js';
import { reportFile } from '../output/report-file.js';
import { endedSentence, sentence } from '../output/sentence.js';
import type { Io } from '../run.js';

/** Progress and warnings below the name of their model; one that nothing happens to is named only where that is asked. */
function listeners(talk: Talk, progress: ProgressPrinter, io: Io) {
  let unsaid = '';
  const sayName = () => {
    if (unsaid !== '') io.stderr.write(`${unsaid}:\n`);
    unsaid = '';
  };
  return {
    onModel: (name: string) => {
      progress.clear();
      unsaid = talk === 'quiet' ? '' : name;
      if (talk === 'verbose') sayName();
    },
    onEvent: (event: CompressEvent) => {
      sayName();
      progress.listen(event);
    },
  };
}

async function look(args: ParsedArguments, io: Io): Promise<CheckResult> {
  const talk = talkOf(args);
  const progress = new ProgressPrinter(io.stderr, talk);
  return checkModels({
    folder: io.cwd,
    config: args.one('config'),
    updateBaseline: args.has('update-baseline'),
    force: args.has('force'),
    signal: io.signal,
    ...listeners(talk, progress, io),
  }).finally(() => progress.clear());
}

/** A failure begins with the name of its model, which stays as it is written. */
const failureText = ({ message, hint }: CheckFailure) =>
  `${endedSentence(message)}${hint === undefined ? '' : ` ${sentence(hint)}`}`;

/** One line for each failure, on stderr. */
function printFailures({ models }: CheckReport, io: Io): void {
  const red = redFor(io.stderr, io);
  for (const failure of models.flatMap(({ failures }) => failures)) {
    io.stderr.write(`${red('error:')} ${failureText(failure)}\n`);
  }
}

/** `compress check`: every model of the project's config against its budgets and its baseline. */
export async function runCheck(args: ParsedArguments, io: Io): Promise<number> {
  const writeReport = reportFile(args, io, CHECK_RENDERERS);
  const { report, exitCode } = await look(args, io);
  await writeReport?.(report);
  io.stdout.write(args.has('json') ? renderJson(report) : renderCheck(report, redFor(io.stdout, io)));
  printFailures(report, io);
  return exitCode;
}
