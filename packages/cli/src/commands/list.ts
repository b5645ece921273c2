import { listTechniques, nearestName, renderJson, renderList } from 'onnx-compress';
import type { ParsedArguments } from '../options/arguments.js';
import { LIST_FAMILIES } from '../options/commands.js';
import { unknownFamily } from '../options/messages.js';
import type { Io } from '../run.js';

/** `compress list [family]`: every technique, its options and its reference. */
export async function runList(args: ParsedArguments, io: Io): Promise<number> {
  const [word] = args.positionals;
  const family = LIST_FAMILIES.find((known) => known === word);
  if (word !== undefined && family === undefined) {
    throw unknownFamily(word, LIST_FAMILIES, nearestName(word, LIST_FAMILIES));
  }
  const techniques = listTechniques(family);
  io.stdout.write(args.has('json') ? renderJson({ schemaVersion: 1, techniques }) : renderList(techniques));
  return 0;
}
