// npm run gallery: compresses and measures real models with several recipes, and writes what came out to docs/gallery.
// Takes minutes; a quiet machine gives narrower intervals.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { renderHtml } from '../packages/compress/dist/index.js';
import { MODELS } from './gallery/candidates.mjs';
import { galleryPage } from './gallery/page.mjs';
import { resultsOf } from './gallery/results.mjs';
import { root } from './workspaces.mjs';

const FOLDER = 'docs/gallery';

/** Pages are kept as long as all of them together stay below this. */
const MOST_BYTES = 200_000;

let kept = 0;

/** Paths of a report without the folders of this machine. */
const anonymous = (report) => ({
  ...report,
  input: { ...report.input, path: basename(report.input.path) },
  output: { ...report.output, path: basename(report.output.path).replace(/^\d+-/, '') },
});

/** Writes the page of the first result, with the others as candidates; returns the names of the pages that were kept. */
function keepPage(model, [first, ...others]) {
  const html = renderHtml(anonymous(first.report), { candidates: others.map(({ report }) => anonymous(report)) });
  const name = `${basename(model.file, '.onnx')}.html`;
  if (kept + Buffer.byteLength(html) > MOST_BYTES) return [];
  kept += Buffer.byteLength(html);
  writeFileSync(join(root, FOLDER, name), html);
  return [name];
}

const folder = mkdtempSync(join(tmpdir(), 'onnx-compress-gallery-'));
try {
  const collection = [];
  for (const model of MODELS) {
    const results = await resultsOf(model, folder);
    for (const { command, report } of results) console.log(`${model.file} ${command}: ${report.after.fileBytes} bytes`);
    collection.push({ model, results, pages: keepPage(model, results) });
  }
  const path = `${FOLDER}/README.md`;
  writeFileSync(join(root, path), galleryPage(path, collection));
} finally {
  rmSync(folder, { recursive: true });
}
