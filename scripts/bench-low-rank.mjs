// npm run bench:low-rank: what low-rank factorization reaches, against its bars. Needs ONNX_COMPRESS_ZOO.
// Every finished row goes into --rows at once; a run that is started again goes on from there, so remove that file when
// the code has changed.
// --only "metric;fashion_cnn" (sections and models), --draws N (at most), --quick (one draw, no large model), --rows FILE,
// --json FILE (rows and verdicts), --render (runs nothing), --docs (writes the tables into docs/low-rank-results.md)
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AccuracyRows } from './bench/accuracy-rows.mjs';
import { withFolder } from './bench/accuracy-samples.mjs';
import { COMPOSITION } from './bench/low-rank-composition.mjs';
import { METRIC } from './bench/low-rank-metric.mjs';
import { PROCESSES } from './bench/low-rank-processes.mjs';
import { SPEED } from './bench/low-rank-speed.mjs';
import { TRUNCATION } from './bench/low-rank-truncation.mjs';
import { table } from './docs/markdown.mjs';
import { fillMarked } from './docs/marked-tables.mjs';
import { root } from './workspaces.mjs';

const SECTIONS = [TRUNCATION, METRIC, SPEED, PROCESSES, COMPOSITION];

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    draws: { type: 'string', default: '3' },
    quick: { type: 'boolean', default: false },
    rows: { type: 'string', default: join(root, 'dist/bench/low-rank.jsonl') },
    json: { type: 'string' },
    render: { type: 'boolean', default: false },
    docs: { type: 'boolean', default: false },
  },
});

const folder = process.env.ONNX_COMPRESS_ZOO;
if (folder === undefined) throw new Error('set ONNX_COMPRESS_ZOO to the folder of the zoo');
const zoo = { folder, ...(await import(join(folder, 'evaluate.mjs'))) };
const rows = new AccuracyRows(options.rows);
const mostDraws = options.quick ? 1 : Number(options.draws);

/** Sections and models of `--only`: where a section is named, its models alone. */
function selected() {
  const names = options.only?.split(';').map((name) => name.trim());
  const models = [...new Set(SECTIONS.flatMap(({ cases }) => cases.map(({ model }) => model)))];
  const known = [...SECTIONS.map(({ name }) => name), ...models];
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`no section or model "${unknown}"; there are: ${known.join('; ')}`);
  const [sectionNames, modelNames] = [SECTIONS.map(({ name }) => name), models].map((all) =>
    (names ?? []).filter((name) => all.includes(name)),
  );
  const chosen = (list, name) => list.length === 0 || list.includes(name);
  return SECTIONS.filter(({ name }) => chosen(sectionNames, name) && !(options.quick && name === PROCESSES.name)).map(
    (section) => ({ ...section, cases: section.cases.filter(({ model }) => chosen(modelNames, model)) }),
  );
}

const sections = selected();

/** A row as the file holds it; its section stands where other tables have a part. */
const keyOf = (section, { model }, { variant, draw }) => ({ model, variant, draw, part: section.name });

const keysOf = ({ keys }) => keys.filter(({ draw }) => draw < mostDraws);

async function rowOf(one, opened, key, temporary) {
  try {
    return await one.run(opened, key, temporary);
  } catch (error) {
    return { error: `${error.code ?? error.name}: ${error.message}` };
  }
}

async function runCase(section, one, temporary) {
  const missing = keysOf(one).filter((key) => rows.find(keyOf(section, one, key)) === undefined);
  if (missing.length === 0) return;
  const opened = await one.open?.(zoo, temporary);
  for (const key of missing) {
    const row = await rowOf(one, opened, key, temporary);
    rows.append({ ...keyOf(section, one, key), ...row });
    const told = row.error === undefined ? section.told(row) : `failed: ${row.error}`;
    console.log(`${section.name}, ${one.model}, ${key.variant}, draw ${key.draw}: ${told}`);
  }
}

if (!options.render) {
  for (const section of sections)
    for (const one of section.cases) await withFolder((temporary) => runCase(section, one, temporary));
}

const measured = sections.map((section) => {
  const found = section.cases.flatMap((one) => keysOf(one).flatMap((key) => rows.find(keyOf(section, one, key)) ?? []));
  return { section, rows: found, verdicts: found.length === 0 ? [] : section.verdicts(found) };
});

const verdictOf = ({ met }) => (met === undefined ? '' : met ? 'met' : '**missed**');
const barCells = ({ section, verdicts }) =>
  verdicts.map((one) => [
    ...[section.title, one.model, one.words, one.limit, one.measured, String(one.draws), verdictOf(one)],
  ]);

const blocks = [
  '## Bars',
  table(['section', 'model', 'bar', 'limit', 'measured', 'draws', ''], measured.flatMap(barCells)),
  ...measured.flatMap(({ section, rows: found }) =>
    found.length === 0 ? [] : [`## ${section.title}`, ...section.blocks(found)],
  ),
];
console.log(`\n${blocks.join('\n\n')}`);
for (const { model, variant, draw, part, error } of rows.all())
  if (error !== undefined) console.log(`failed: ${part}, ${model}, ${variant}, draw ${draw}: ${error}`);

const entries = measured.map(({ section: { name }, rows: found, verdicts }) => ({
  section: name,
  rows: found,
  verdicts,
}));
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(entries, undefined, 2)}\n`);
if (options.docs) fillMarked(join(root, 'docs/low-rank-results.md'), blocks);
if (entries.some(({ verdicts }) => verdicts.some(({ met }) => met === false))) process.exitCode = 1;
