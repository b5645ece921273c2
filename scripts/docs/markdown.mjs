// Pieces of Markdown that the generated pages are made of.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../workspaces.mjs';

/** The first line of every generated page. */
export const generatedBy = (source) => `<!-- Written by npm run docs from ${source}; do not edit. -->`;

const cell = (text) => text.replace(/\|/g, '\\|').replace(/\s*\n\s*/g, ' ');

/** A table; cells may hold Markdown. */
export const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');

export const code = (text) => `\`${text}\``;

/** Plain text with code spans as Markdown: what looks like a tag outside of code stays text. */
export const prose = (text) =>
  text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith('`') ? part : part.replace(/<(?=[\w/])/g, '\\<')))
    .join('');

export const fence = (text, language = '') => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;

/** The anchor that GitHub gives a heading. */
export const anchor = (heading) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replace(/ /g, '-');

/** The page as the formatter of this repository writes it, so that a generated file and a formatted one are the same. */
export const formatted = (path, blocks) =>
  execFileSync(join(root, 'node_modules/.bin/biome'), ['format', `--stdin-file-path=${path}`], {
    cwd: root,
    input: `${blocks.flat().join('\n\n')}\n`,
    encoding: 'utf8',
  });
