import {
  type CompressModel,
  type InspectionText,
  inspectModel,
  inspectPrunable,
  inspectQuantizable,
  type LookOptions,
  type QuantLookOptions,
  readModel,
  renderInspection,
  renderJson,
  renderPrunable,
  renderQuantizable,
  resolveSpec,
} from 'onnx-compress';
import { locate } from '../locate.js';
import type { ParsedArguments } from '../options/arguments.js';
import { dimSizes, inputValues } from '../options/assignments.js';
import { onlyWithQuant } from '../options/messages.js';
import { calibrationOf } from '../options/run-options.js';
import { talkOf } from '../options/talk.js';
import { coloursFor } from '../output/colours.js';
import { ProgressPrinter } from '../output/progress.js';
import type { Io } from '../run.js';

const textFor = (io: Io): InspectionText => {
  const { bold, cyan } = coloursFor(io.stdout, io);
  return {
    bars: io.stdout.isTTY === true ? 'unicode' : 'ascii',
    heading: bold,
    bar: cyan,
    width: io.stdout.columns,
  };
};

/** How what was found is printed. */
interface Talk {
  readonly json: boolean;
  readonly verbose: boolean;
  readonly text: InspectionText;
}

async function inspected(model: CompressModel, look: LookOptions, { json, verbose, text }: Talk): Promise<string> {
  const inspection = await inspectModel(model, look);
  return json ? renderJson(inspection) : renderInspection(inspection, verbose, text);
}

async function prunable(model: CompressModel, look: LookOptions, { json, verbose, text }: Talk): Promise<string> {
  const inspection = await inspectPrunable(model, look);
  return json ? renderJson(inspection) : renderPrunable(inspection, verbose, text);
}

async function quantizable(
  model: CompressModel,
  specs: readonly string[],
  look: QuantLookOptions,
  { json, verbose, text }: Talk,
): Promise<string> {
  const steps = specs.map((spec) => resolveSpec('quant', spec));
  const inspection = await inspectQuantizable(model, steps, look);
  return json ? renderJson(inspection) : renderQuantizable(inspection, verbose, text);
}

/** What quantization is tried with, besides what every look is told. */
const samplesOf = (args: ParsedArguments, io: Io): QuantLookOptions => ({
  calibration: calibrationOf(args, io),
  preprocess: args.one('preprocess'),
  inputs: inputValues(args, io),
});

/** Options of the trial of quantization. */
const TRIAL_OPTIONS = ['calib', 'preprocess', 'input'];

/** @throws UsageError where one of them is given without a trial */
function requireTrial(args: ParsedArguments): void {
  const lost = TRIAL_OPTIONS.find((name) => args.all(name).length > 0);
  if (lost !== undefined && args.all('quant').length === 0) throw onlyWithQuant(lost);
}

/** `compress inspect <model>`: what is inside, and what could be compressed. */
export async function runInspect(args: ParsedArguments, io: Io): Promise<number> {
  const [path = ''] = args.positionals;
  const dims = dimSizes(args);
  requireTrial(args);
  const { warn } = new ProgressPrinter(io.stderr, talkOf(args));
  const talk = { json: args.has('json'), verbose: args.has('verbose'), text: textFor(io) };
  const specs = args.all('quant');
  const model = await readModel(locate(io, path));
  try {
    const look = {
      dims,
      threads: args.number('threads', { least: 1, whole: true }),
      signal: io.signal,
      onWarning: warn,
    };
    const found =
      specs.length > 0
        ? quantizable(model, specs, { ...look, ...samplesOf(args, io) }, talk)
        : (args.has('prunable') ? prunable : inspected)(model, look, talk);
    io.stdout.write(await found);
    return 0;
  } finally {
    await model.close();
  }
}
