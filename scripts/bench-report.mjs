// npm run bench:report [-- page.html]: bytes and time of the HTML report of a 300-layer model; writes it where asked.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { renderHtml } from 'onnx-compress';
import { median } from './bench/processes.mjs';
import { judge } from './bench/verdicts.mjs';
import { root } from './workspaces.mjs';

const ROUNDS = 9;

/** The fixtures of the tests, which are TypeScript without imports at run time. */
async function fixture(name) {
  const path = join(root, 'packages/compress/test/support', `${name}.ts`);
  const { outputFiles } = buildSync({ entryPoints: [path], bundle: true, format: 'esm', write: false });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}

const { largeReport } = await fixture('large-report');
const { sampleReport } = await fixture('sample-report');
const report = largeReport(sampleReport());

const durations = Array.from({ length: ROUNDS }, () => {
  const start = performance.now();
  renderHtml(report);
  return performance.now() - start;
});

const page = renderHtml(report);
const [path] = process.argv.slice(2);
if (path !== undefined) writeFileSync(path, page);
judge(
  'HTML report of 300 layers: bytes',
  Buffer.byteLength(page),
  1_000_000,
  (bytes) => `${(bytes / 1e3).toFixed(0)} kB`,
);
judge('first rendering', durations[0], 1000, (time) => `${time.toFixed(0)} ms`);
judge(`rendering, median of ${ROUNDS}`, median(durations), 1000, (time) => `${time.toFixed(0)} ms`);
