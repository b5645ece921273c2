import { EXIT_CODES, renderJson, renderVerification, verifyFiles } from 'onnx-compress';
import { locate } from '../locate.js';
import type { ParsedArguments } from '../options/arguments.js';
import { dimSizes, inputValues } from '../options/assignments.js';
import { fidelityBudgets } from '../options/budgets.js';
import { calibrationOf } from '../options/run-options.js';
import { talkOf } from '../options/talk.js';
import { redFor } from '../output/colours.js';
import { ProgressPrinter } from '../output/progress.js';
import type { Io } from '../run.js';

/** `compress verify <reference> <candidate>`: ends with 5 where the candidate is unsound or misses a limit. */
export async function runVerify(args: ParsedArguments, io: Io): Promise<number> {
  const [reference = '', candidate = ''] = args.positionals;
  const progress = new ProgressPrinter(io.stderr, talkOf(args));
  const result = await verifyFiles(locate(io, reference), locate(io, candidate), {
    level: args.choice('verify', ['fast', 'full']),
    seed: args.number('seed', { least: 0, whole: true }),
    threads: args.number('threads', { least: 1, whole: true }),
    calibration: calibrationOf(args, io),
    preprocess: args.one('preprocess'),
    inputs: inputValues(args, io),
    dims: dimSizes(args),
    budgets: fidelityBudgets(args),
    signal: io.signal,
    onEvent: progress.listen,
  }).finally(() => progress.clear());
  io.stdout.write(args.has('json') ? renderJson(result) : renderVerification(result, redFor(io.stdout, io)));
  const good = result.verification.status === 'ok' && result.budgets.every(({ ok }) => ok);
  return good ? EXIT_CODES.ok : EXIT_CODES.verification;
}
