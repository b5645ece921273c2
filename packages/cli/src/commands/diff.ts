import { diffModels, type ModelDiff, readModel, renderDiff, renderJson } from 'onnx-compress';
import { locate } from '../locate.js';
import type { ParsedArguments } from '../options/arguments.js';
import { dimSizes } from '../options/assignments.js';
import { talkOf } from '../options/talk.js';
import { coloursFor } from '../output/colours.js';
import { ProgressPrinter } from '../output/progress.js';
import type { Io } from '../run.js';

async function diffFiles(first: string, second: string, args: ParsedArguments, io: Io): Promise<ModelDiff> {
  const dims = dimSizes(args);
  const { warn } = new ProgressPrinter(io.stderr, talkOf(args));
  const before = await readModel(first);
  try {
    const after = await readModel(second);
    try {
      return await diffModels(before, after, { dims, signal: io.signal, onWarning: warn });
    } finally {
      await after.close();
    }
  } finally {
    await before.close();
  }
}

/** `compress diff <before> <after>`: what differs between two files; ends with 1 only where `--exit-code` asks for it. */
export async function runDiff(args: ParsedArguments, io: Io): Promise<number> {
  const [before = '', after = ''] = args.positionals;
  const diff = await diffFiles(locate(io, before), locate(io, after), args, io);
  const { green: added, red: removed, yellow: changed } = coloursFor(io.stdout, io);
  const text = { added, removed, changed };
  io.stdout.write(args.has('json') ? renderJson(diff) : renderDiff(diff, args.has('verbose'), text));
  return args.has('exit-code') && !diff.same ? 1 : 0;
}
