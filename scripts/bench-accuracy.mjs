// npm run bench:accuracy: what pruning costs in accuracy, with and without recovery, on the models of the zoo. Needs
// ONNX_COMPRESS_ZOO. Every finished row goes into --rows at once; a run that is started again goes on from there,
// so remove that file when the code has changed.
// --only a,b (models), --variants "obs off scores,..." , --draws N (3), --quick (one draw, first amount, three variants),
// --rows FILE, --json FILE (figures and verdicts), --render (runs nothing), --docs (writes the table into docs/accuracy.md)
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { verdictsOf } from './bench/accuracy-bars.mjs';
import { figuresOf } from './bench/accuracy-figures.mjs';
import { AccuracyRows } from './bench/accuracy-rows.mjs';
import { accuracyRow } from './bench/accuracy-run.mjs';
import { withFolder } from './bench/accuracy-samples.mjs';
import { amountName, SUBJECTS } from './bench/accuracy-subjects.mjs';
import { accuracyBlocks } from './bench/accuracy-table.mjs';
import { mostDraws, namesIn, openZoo, readOptions } from './bench/zoo-options.mjs';
import { fillMarked } from './docs/marked-tables.mjs';
import { root } from './workspaces.mjs';

const options = readOptions('accuracy', { variants: { type: 'string' }, draws: { type: 'string', default: '3' } });
const zoo = await openZoo();
const rows = new AccuracyRows(options.rows);
const draws = mostDraws(options);

/** The chosen ones of a list, by name. */
function selected(all, text, what) {
  const known = all.map(({ name }) => name);
  const names = namesIn(text, known, what, ',');
  return names === undefined ? all : all.filter(({ name }) => names.includes(name));
}

function shortened(subject) {
  const { amounts, variants, recipe } = subject;
  if (!options.quick) return subject;
  const plain = variants.filter(({ criterion, recover }) => criterion === 'l1' && recover !== 'mean').slice(0, 2);
  return { ...subject, amounts: amounts.slice(0, 1), variants: [recipe, ...plain] };
}

const allVariants = [...new Map(SUBJECTS.flatMap(({ variants }) => variants).map((one) => [one.name, one])).values()];
const variantNames = new Set(selected(allVariants, options.variants, 'variant').map(({ name }) => name));
const subjects = selected(SUBJECTS, options.only, 'model')
  .map(shortened)
  .map((subject) => ({ ...subject, variants: subject.variants.filter(({ name }) => variantNames.has(name)) }));

const isRecipe = (subject, variant) => variant.name === subject.recipe.name;

/** What is to be run of one model, in three passes: the judged recipe, the other variants once, their other draws. */
const PASSES = [
  (subject) => jobs(subject, (variant) => isRecipe(subject, variant), [...Array(draws).keys()]),
  (subject) => jobs(subject, (variant) => !isRecipe(subject, variant), [0]),
  (subject) => jobs(subject, ({ recover }) => recover !== 'auto', [...Array(draws).keys()].slice(1)),
];

function jobs(subject, wanted, numbers) {
  return subject.amounts.flatMap((amount) =>
    subject.variants.filter(wanted).flatMap((variant) => numbers.map((draw) => ({ amount, variant, draw }))),
  );
}

async function answersOf(subject, opened) {
  const known = rows.find({ model: subject.name });
  if (known !== undefined) return known.answers;
  const answers = await opened.task.answers(opened.model);
  const correct = answers.filter((answer, index) => answer === opened.task.labels[index]).length;
  rows.append({ model: subject.name, n: answers.length, correct, answers });
  return answers;
}

function told({ error, evaluated, macsBefore, macsAfter, seconds }) {
  if (error !== undefined) return `failed: ${error}`;
  const percent = (part, whole) => `${((100 * part) / whole).toFixed(1)} %`;
  const { n, dense, correct, agree } = evaluated;
  return [
    `${percent(macsAfter, macsBefore)} of the MACs`,
    `${percent(dense, n)} -> ${percent(correct, n)}`,
    `same answer ${percent(agree, n)}`,
    `${seconds.toFixed(1)} s`,
  ].join(', ');
}

async function runJob(subject, opened, dense, { amount, variant, draw }) {
  for (const { name: part, calibrate } of subject.parts(opened.task, draw)) {
    const key = { model: subject.name, amount, variant: variant.name, draw, part };
    if (rows.find(key) !== undefined) continue;
    const row = await accuracyRow(opened, dense, { amount, variant, draw, calibrate }).catch((error) => ({
      error: `${error.code ?? error.name}: ${error.message}`,
    }));
    rows.append({ ...key, ...row });
    console.log(`${subject.name}, ${amountName(amount)}, ${variant.name}, draw ${draw}, ${part}: ${told(row)}`);
  }
}

const isDone = (subject, { amount, variant, draw }) =>
  partNames(subject).every((part) => rows.find({ model: subject.name, amount, variant: variant.name, draw, part }));

/** Names of the parts of a draw, which do not depend on the data. */
function partNames({ parts }) {
  return parts({ count: 0, calibrationCount: 0 }, 0).map(({ name }) => name);
}

async function runAll(temporary) {
  const opened = new Map();
  for (const pass of PASSES) {
    for (const subject of subjects) {
      const missing = pass(subject).filter((job) => !isDone(subject, job));
      if (missing.length === 0) continue;
      if (!opened.has(subject)) opened.set(subject, await subject.open(zoo, temporary));
      const dense = await answersOf(subject, opened.get(subject));
      for (const job of missing) await runJob(subject, opened.get(subject), dense, job);
    }
  }
}

if (!options.render) await withFolder(runAll);

const entries = subjects.flatMap((subject) =>
  jobs(subject, () => true, [0]).flatMap(({ amount, variant }) => {
    const figures = figuresOf(rows, { ...subject, partNames: partNames(subject) }, amount, variant, draws);
    return figures === undefined ? [] : [{ subject, amount, variant, figures }];
  }),
);
const verdicts = verdictsOf(entries).filter(({ model }) => subjects.some(({ name }) => name === model));
const denseOf = ({ name }) => {
  const { correct, n } = rows.find({ model: name });
  return (100 * correct) / n;
};
const blocks = accuracyBlocks(subjects, entries, verdicts, denseOf);
console.log(`\n${blocks.join('\n\n')}`);
for (const { model, amount, variant, draw, part, error } of rows.all())
  if (error !== undefined)
    console.log(`failed: ${model}, ${amountName(amount)}, ${variant}, draw ${draw}, ${part}: ${error}`);

if (options.json !== undefined) {
  const figures = entries.map(({ subject, amount, variant, figures: own }) => ({
    model: subject.name,
    amount,
    variant,
    ...own,
  }));
  writeFileSync(options.json, `${JSON.stringify({ figures, verdicts }, undefined, 2)}\n`);
}
if (options.docs) fillMarked(join(root, 'docs/accuracy.md'), blocks);
if (verdicts.some(({ kind, met }) => kind === 'must' && met === false)) process.exitCode = 1;
