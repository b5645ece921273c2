// Generated pages that are not what the code says, and pages that the index does not name.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedPages } from '../docs/pages.mjs';
import { root } from '../workspaces.mjs';

const INDEX = 'docs/README.md';

const textOf = (path) => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined);

/** Lines `file: out of date` for every page that `npm run docs` would change. */
export async function outdatedPages() {
  const outdated = (await generatedPages()).filter(([path, text]) => textOf(path) !== text);
  return outdated.map(([path]) => `${path}: is not what the code says; run npm run docs`);
}

/** Lines for every page below docs that its index does not link to. */
export function unlistedPages() {
  const index = textOf(INDEX) ?? '';
  const pages = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .map((page) => page.replaceAll('\\', '/'))
    .filter((page) => page.endsWith('.md') && page !== 'README.md');
  return pages.filter((page) => !index.includes(`(${page})`)).map((page) => `docs/${page}: is not in ${INDEX}`);
}
