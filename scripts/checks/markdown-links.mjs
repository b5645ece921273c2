// Relative links in Markdown files that lead nowhere.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../workspaces.mjs';

const isOwn = (file) => file.endsWith('.md') && !file.includes('node_modules');

const markdownFiles = () => [
  ...readdirSync(root).filter(isOwn),
  ...['docs', 'packages', 'fixtures', 'scripts']
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
    )
    .filter(isOwn),
];

const targetsIn = (text) => [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target]) => target);

/** Lines `file: target does not exist` for every broken relative link. */
export const brokenLinks = () =>
  markdownFiles().flatMap((file) =>
    targetsIn(readFileSync(join(root, file), 'utf8'))
      .filter((target) => !/^[a-z]+:/.test(target) && !existsSync(join(root, dirname(file), target)))
      .map((target) => `${file}: link target ${target} does not exist`),
  );
