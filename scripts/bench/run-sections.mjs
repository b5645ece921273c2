// A benchmark of sections: cases (models) with keys (variants and draws), rows that outlive an interruption, verdicts, tables.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { table } from '../docs/markdown.mjs';
import { fillMarked } from '../docs/marked-tables.mjs';
import { root } from '../workspaces.mjs';
import { AccuracyRows } from './accuracy-rows.mjs';
import { withFolder } from './accuracy-samples.mjs';
import { mostDraws, namesIn, openZoo, readOptions } from './zoo-options.mjs';

/** Sections and models of `--only`: where a section is named, its models alone. */
function selected(all, { only, quick }) {
  const sectionNames = all.map(({ name }) => name);
  const models = [...new Set(all.flatMap(({ cases }) => cases.map(({ model }) => model)))];
  const names = namesIn(only, [...sectionNames, ...models], 'section or model') ?? [];
  const isChosen = (list, name) => !names.some((one) => list.includes(one)) || names.includes(name);
  return all
    .filter(({ name, isLong }) => isChosen(sectionNames, name) && !(quick && isLong))
    .map((section) => ({ ...section, cases: section.cases.filter(({ model }) => isChosen(models, model)) }));
}

/** A row as the file holds it; its section stands where other tables have a part. */
const keyOf = (section, { model }, { variant, draw }) => ({ model, variant, draw, part: section.name });

async function rowOf(one, opened, key, temporary) {
  try {
    return await one.run(opened, key, temporary);
  } catch (error) {
    return { error: `${error.code ?? error.name}: ${error.message}` };
  }
}

async function runCase(section, one, { rows, zoo, mostDraws }, temporary) {
  const keys = one.keys.filter(({ draw }) => draw < mostDraws);
  const missing = keys.filter((key) => rows.find(keyOf(section, one, key)) === undefined);
  if (missing.length === 0) return;
  const opened = await one.open?.(zoo, temporary);
  for (const key of missing) {
    const row = await rowOf(one, opened, key, temporary);
    rows.append({ ...keyOf(section, one, key), ...row });
    const told = row.error === undefined ? section.told(row) : `failed: ${row.error}`;
    console.log(`${section.name}, ${one.model}, ${key.variant}, draw ${key.draw}: ${told}`);
  }
}

function measuredIn(section, { rows, mostDraws }) {
  const found = section.cases.flatMap((one) =>
    one.keys.filter(({ draw }) => draw < mostDraws).flatMap((key) => rows.find(keyOf(section, one, key)) ?? []),
  );
  return { section, rows: found, verdicts: found.length === 0 ? [] : section.verdicts(found) };
}

const verdictOf = ({ met }) => (met === undefined ? '' : met ? 'met' : '**missed**');

const barCells = ({ section, verdicts }) =>
  verdicts.map((one) => [
    ...[section.title, one.model, one.words, one.limit, one.measured, String(one.draws), verdictOf(one)],
  ]);

const blocksOf = (measured) => [
  '## Bars',
  table(['section', 'model', 'bar', 'limit', 'measured', 'draws', ''], measured.flatMap(barCells)),
  ...measured.flatMap(({ section, rows }) =>
    rows.length === 0 ? [] : [`## ${section.title}`, ...section.blocks(rows)],
  ),
];

/**
 * Runs what is missing, prints and writes the tables; the process fails where a bar is missed.
 *
 * @param name of the benchmark; its rows are kept in `dist/bench/<name>.jsonl`
 * @param page with marks that `--docs` fills, relative to the repository
 * @param sections each with `name`, `title`, `cases` ({ model, keys, open, run }), `told(row)`, `verdicts(rows)`,
 * `blocks(rows)`, and `isLong` where `--quick` leaves it out
 */
export async function runSections(name, page, sections) {
  const options = readOptions(name);
  const chosen = selected(sections, options);
  const run = {
    rows: new AccuracyRows(options.rows),
    zoo: await openZoo(),
    mostDraws: mostDraws(options),
  };
  for (const section of options.render ? [] : chosen)
    for (const one of section.cases) await withFolder((temporary) => runCase(section, one, run, temporary));
  const measured = chosen.map((section) => measuredIn(section, run));
  const blocks = blocksOf(measured);
  console.log(`\n${blocks.join('\n\n')}`);
  for (const { model, variant, draw, part, error } of run.rows.all())
    if (error !== undefined) console.log(`failed: ${part}, ${model}, ${variant}, draw ${draw}: ${error}`);
  const entries = measured.map(({ section, rows, verdicts }) => ({ section: section.name, rows, verdicts }));
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(entries, undefined, 2)}\n`);
  if (options.docs) fillMarked(join(root, page), blocks);
  if (entries.some(({ verdicts }) => verdicts.some(({ met }) => met === false))) process.exitCode = 1;
}
