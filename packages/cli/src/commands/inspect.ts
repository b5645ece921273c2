import { type InspectionText, inspectModel, readModel, renderInspection, renderJson } from 'onnx-compress';
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

/** `compress inspect <model>`: what is inside, and what could be compressed. */
export async function runInspect(args: ParsedArguments, io: Io): Promise<number> {
  const [path = ''] = args.positionals;
  const dims = dimSizes(args);
  const { warn } = new ProgressPrinter(io.stderr, talkOf(args));
  const model = await readModel(locate(io, path));
  try {
    const inspection = await inspectModel(model, { dims, signal: io.signal, onWarning: warn });
    io.stdout.write(
      args.has('json') ? renderJson(inspection) : renderInspection(inspection, args.has('verbose'), textFor(io)),
    );
    return 0;
  } finally {
    await model.close();
  }
}
