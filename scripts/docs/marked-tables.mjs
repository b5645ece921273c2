// Tables of a benchmark in a page that is otherwise written by hand.
import { readFileSync, writeFileSync } from 'node:fs';
import { formatted } from './markdown.mjs';

/** Puts blocks of Markdown between the marks of a page, in place of those that are there. */
export function fillMarked(path, blocks) {
  const [before, after] = readFileSync(path, 'utf8').split(/<!-- table -->.*<!-- \/table -->/s);
  const filled = [before.trimEnd(), '<!-- table -->', ...blocks, '<!-- /table -->', after.trim()];
  writeFileSync(
    path,
    formatted(
      path,
      filled.filter((block) => block !== ''),
    ),
  );
}
