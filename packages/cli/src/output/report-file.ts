import { accessSync, constants, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { locate } from '../locate.js';
import type { ParsedArguments } from '../options/arguments.js';
import { reportNotWritable, unknownReportKind } from '../options/messages.js';
import type { Io } from '../run.js';

/** How a document is written, by the ending of the file: `.md`, `.json`. */
export type Renderers<Document> = Readonly<Record<string, (document: Document) => string>>;

/** Checks before a long run that its report can be written. @throws UsageError */
function requirePlace(path: string, file: string): void {
  try {
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw new Error('it is a folder');
    accessSync(dirname(file), constants.W_OK);
  } catch (error) {
    throw reportNotWritable(path, error);
  }
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
  const file = locate(io, path);
  requirePlace(path, file);
  return async (document) => {
    await writeFile(file, render(document)).catch((error: unknown) => {
      throw reportNotWritable(path, error);
    });
  };
}
