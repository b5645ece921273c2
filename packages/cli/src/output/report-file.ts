import { accessSync, constants, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { locate } from '../locate.js';
import type { ParsedArguments } from '../options/arguments.js';
import { fileNotWritable, unknownReportKind } from '../options/messages.js';
import type { Io } from '../run.js';

/** How a document is written, by the ending of the file: `.md`, `.json`. */
export type Renderers<Document> = Readonly<Record<string, (document: Document) => string | Promise<string>>>;

/** Checks before a long run that a file can be written. @throws UsageError */
function requirePlace(document: string, path: string, file: string): void {
  try {
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw new Error('it is a folder');
    accessSync(dirname(file), constants.W_OK);
  } catch (error) {
    throw fileNotWritable(document, path, error);
  }
}

function textFile(document: string, path: string, io: Io): (text: string) => Promise<void> {
  const file = locate(io, path);
  requirePlace(document, path, file);
  return (text) =>
    writeFile(file, text).catch((error: unknown) => {
      throw fileNotWritable(document, path, error);
    });
}

/**
 * The file that an option names, to write when the run is over; undefined without that option.
 *
 * @param option named as what the file is to hold
 * @throws UsageError for a place where no file can be
 */
export function textFileOf(
  option: 'plan' | 'sidecar',
  args: ParsedArguments,
  io: Io,
): ((text: string) => Promise<void>) | undefined {
  const path = args.one(option);
  return path === undefined ? undefined : textFile(option, path, io);
}

/**
 * Where `--report` goes and how it is written; undefined without that option.
 *
 * @throws UsageError for a name whose ending says nothing, and for a place where no file can be
 */
export function reportFile<Document>(
  args: ParsedArguments,
  io: Io,
  renderers: Renderers<Document>,
): ((document: Document) => Promise<void>) | undefined {
  const path = args.one('report');
  if (path === undefined) return undefined;
  const render = renderers[extname(path)];
  if (render === undefined) throw unknownReportKind(path, Object.keys(renderers));
  const write = textFile('report', path, io);
  return async (document) => write(await render(document));
}
