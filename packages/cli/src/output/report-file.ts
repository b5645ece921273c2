import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { locate } from '../locate.js';
import type { ParsedArguments } from '../options/arguments.js';
import { reportNotWritable, unknownReportKind } from '../options/messages.js';
import type { Io } from '../run.js';

/** How a document is written, by the ending of the file: `.md`, `.json`. */
export type Renderers<Document> = Readonly<Record<string, (document: Document) => string>>;

/**
 * Where `--report` goes and how it is written; undefined without that option.
 *
 * @throws UsageError for a name whose ending says nothing; later where the file cannot be written
 */
export function reportFile<Document>(
  args: ParsedArguments,
  io: Io,
  renderers: Renderers<Document>,
): ((document: Document) => Promise<void>) | undefined {
  const path = args.one('report');
  if (path === undefined) return undefined;
  const render = renderers[extname(path)];
  if (render === undefined) throw unknownReportKind(path);
  return async (document) => {
    await writeFile(locate(io, path), render(document)).catch((error: unknown) => {
      throw reportNotWritable(path, error);
    });
  };
}
