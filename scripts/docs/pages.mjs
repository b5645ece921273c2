// Every generated page of the documentation.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../workspaces.mjs';
import { cliPage } from './cli-page.mjs';
import { errorsPage } from './errors-page.mjs';
import { examplesPage } from './examples-page.mjs';
import { formatted } from './markdown.mjs';
import { configPage, jsonPage, recipePage, reportPage } from './schema-pages.mjs';
import { techniquesPage } from './techniques-page.mjs';

async function load(path) {
  const file = join(root, path);
  if (!existsSync(file)) throw new Error(`${path} is missing; run npm run build`);
  return import(file);
}

/** Pages by their path in the repository, formatted. Reads the built packages; starts no onnxruntime. */
export async function generatedPages() {
  const library = await load('packages/compress/dist/index.js');
  const cli = await load('packages/cli/dist/index.js');
  const pages = {
    'docs/reference/cli.md': await cliPage(cli),
    'docs/reference/techniques.md': techniquesPage(library),
    'docs/reference/report.md': reportPage(),
    'docs/reference/json.md': jsonPage(),
    'docs/reference/recipe.md': recipePage(),
    'docs/reference/config.md': configPage(),
    'docs/reference/exit-codes-and-errors.md': errorsPage(library),
    'docs/examples/README.md': examplesPage(),
  };
  return Object.entries(pages)
    .filter(([, blocks]) => blocks !== undefined)
    .map(([path, blocks]) => [path, formatted(path, blocks)]);
}
