import {
  type CompressModel,
  type InspectionText,
  inspectModel,
  inspectPrunable,
  type LookOptions,
  readModel,
  renderInspection,
  renderJson,
  renderPrunable,
} from 'onnx-compress';
import { locate } from '../locate.js';
import type { ParsedArguments } from '../options/arguments.js';
import { dimSizes } from '../options/assignments.js';
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

/** `compress inspect <model>`: what is inside, and what could be compressed. */
export async function runInspect(args: ParsedArguments, io: Io): Promise<number> {
  const [path = ''] = args.positionals;
  const dims = dimSizes(args);
  const { warn } = new ProgressPrinter(io.stderr, talkOf(args));
  const talk = { json: args.has('json'), verbose: args.has('verbose'), text: textFor(io) };
  const model = await readModel(locate(io, path));
  try {
    const look = { dims, signal: io.signal, onWarning: warn };
    io.stdout.write(await (args.has('prunable') ? prunable : inspected)(model, look, talk));
    return 0;
  } finally {
    await model.close();
  }
}
