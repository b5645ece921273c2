// npm run bench:quant: what quantization reaches on the models of the zoo, against its bars. Needs ONNX_COMPRESS_ZOO.
// Every finished row goes into --rows at once; a run that is started again goes on from there, so remove that file when
// the code has changed.
// --spec SPEC (repeatable; default int8-per-channel), --only "a;b" (models; others: every model without data of its own),
// --draws N (at most), --quick (one draw, no processes), --rows FILE, --json FILE (figures and verdicts),
// --render (runs nothing), --docs (writes the tables into docs/quantization-results.md)
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AccuracyRows } from './bench/accuracy-rows.mjs';
import { withFolder } from './bench/accuracy-samples.mjs';
import { verdictsOf } from './bench/quant-bars.mjs';
import { PROCESS_SUBJECTS } from './bench/quant-processes.mjs';
import { quantRow } from './bench/quant-run.mjs';
import { OTHER_SUBJECTS, SUBJECTS } from './bench/quant-subjects.mjs';
import { quantBlocks } from './bench/quant-table.mjs';
import { mostDraws, namesIn, openZoo, readOptions } from './bench/zoo-options.mjs';
import { fillMarked } from './docs/marked-tables.mjs';
import { root } from './workspaces.mjs';

const options = readOptions('quant', { spec: { type: 'string', multiple: true, default: ['int8-per-channel'] } });
const zoo = await openZoo();
const rows = new AccuracyRows(options.rows);

const ALL = [...SUBJECTS, ...OTHER_SUBJECTS, ...(options.quick && options.only === undefined ? [] : PROCESS_SUBJECTS)];

/** The models of `--only`. */
function selected() {
  const names = namesIn(options.only, ['others', ...ALL.map(({ name }) => name)], 'model');
  if (names === undefined) return ALL;
  return ALL.filter((one) => names.includes(one.name) || (names.includes('others') && OTHER_SUBJECTS.includes(one)));
}

const subjects = selected();

/** A row of one draw as the file holds it; without amount and part, which other tables have. */
const keyOf = ({ name }, spec, draw) => ({ model: name, variant: spec, draw, part: 'all' });

const drawsOf = ({ draws }) => [...Array(Math.min(draws, mostDraws(options))).keys()];

function told({ error, size, snrDb, n, agree, ratio, leastRatio, verdict, cpuRatio, peakBytes, seconds }) {
  if (error !== undefined) return `failed: ${error}`;
  return [
    ...(size === undefined ? [] : [`size ${size.toFixed(3)}`]),
    ...(snrDb === undefined ? [] : [`SNR ${snrDb.toFixed(1)} dB`]),
    ...(agree === undefined ? [] : [`same answer ${((100 * agree) / n).toFixed(1)} %`]),
    ...(ratio === undefined ? [] : [`latency ${ratio.toFixed(3)} (least ${leastRatio.toFixed(3)})`]),
    ...(verdict === undefined ? [] : [verdict]),
    ...(cpuRatio === undefined ? [] : [`CPU time ${cpuRatio.toFixed(2)}`]),
    ...(peakBytes === undefined ? [] : [`${(peakBytes / 1e6).toFixed(0)} MB`]),
    ...(seconds === undefined ? [] : [`${seconds.toFixed(1)} s`]),
  ].join(', ');
}

async function rowOf(subject, opened, temporary, spec, draw) {
  try {
    if (subject.run !== undefined) return await subject.run({ spec, zoo }, temporary);
    return await quantRow(opened, subject.settings ?? {}, temporary, { spec, draw });
  } catch (error) {
    return { error: `${error.code ?? error.name}: ${error.message}` };
  }
}

async function runSubject(subject, temporary) {
  const missing = options.spec.flatMap((spec) =>
    drawsOf(subject)
      .filter((draw) => rows.find(keyOf(subject, spec, draw)) === undefined)
      .map((draw) => ({ spec, draw })),
  );
  if (missing.length === 0) return;
  const opened = await subject.open?.(zoo, temporary);
  for (const { spec, draw } of missing) {
    const row = await rowOf(subject, opened, temporary, spec, draw);
    rows.append({ ...keyOf(subject, spec, draw), ...row });
    console.log(`${subject.name}, ${spec}, draw ${draw}: ${told(row)}`);
  }
}

if (!options.render) for (const subject of subjects) await withFolder((temporary) => runSubject(subject, temporary));

const entries = subjects.flatMap((subject) =>
  options.spec.flatMap((spec) => {
    const found = drawsOf(subject).flatMap((draw) => rows.find(keyOf(subject, spec, draw)) ?? []);
    if (found.length === 0) return [];
    return [{ model: subject.name, spec, rows: found, verdicts: verdictsOf(subject.name, found) }];
  }),
);
const blocks = quantBlocks(entries, subjects);
console.log(`\n${blocks.join('\n\n')}`);
for (const { model, variant, draw, error } of rows.all())
  if (error !== undefined) console.log(`failed: ${model}, ${variant}, draw ${draw}: ${error}`);

if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(entries, undefined, 2)}\n`);
if (options.docs) fillMarked(join(root, 'docs/quantization-results.md'), blocks);
if (entries.some(({ verdicts }) => verdicts.some(({ kind, met }) => kind === 'must' && !met))) process.exitCode = 1;
