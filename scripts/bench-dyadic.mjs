// npm run bench:dyadic: int8-dyadic in both formats on CNNs of the zoo: every integer between the layers compared, exact
// operators counted, both formats timed against each other. Needs ONNX_COMPRESS_ZOO.
// --only "a;b" (models), --samples 12 (evaluated samples of each that are compared, at least), --values 1000000 (integers
// of each that are compared, at least)
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openModel, writeModel } from '@onnx-compress/graph/node';
import { compressFile, resolveSpec } from 'onnx-compress';
import { withFolder } from './bench/accuracy-samples.mjs';
import { feedsOf } from './bench/quant-fidelity.mjs';
import { timedInTurn, withSessions } from './bench/quant-sessions.mjs';
import { SUBJECTS } from './bench/quant-subjects.mjs';
import { openZoo } from './bench/zoo-options.mjs';
import { table } from './docs/markdown.mjs';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: 'fashion_cnn;cifar10_vggbn;squeezenet1_1;mobilenetv2' },
    samples: { type: 'string', default: '12' },
    values: { type: 'string', default: '1000000' },
  },
});
const zoo = await openZoo();

const FORMATS = ['qdq', 'integer'];

async function written(opened, settings, into, format) {
  const { report } = await compressFile(opened.path, into, {
    ...settings,
    steps: [resolveSpec('quant', `int8-dyadic:format=${format}`)],
    calibration: await opened.calibrate(0),
    verify: 'off',
    measure: false,
    force: true,
  });
  return report.steps.find(({ family }) => family === 'quant').metrics;
}

/** Names of the integers that both models hold. */
function sharedIntegers([qdq, integer]) {
  const quantized = [...qdq.graph.values()].filter(({ producer }) => producer?.opType === 'QuantizeLinear');
  return quantized.map(({ name }) => name).filter((name) => integer.graph.value(name)?.producer !== undefined);
}

/** Copies of both models that give these integers too. */
async function tapped(paths) {
  const models = await Promise.all(paths.map((path) => openModel(path)));
  const names = sharedIntegers(models);
  const copies = paths.map((path) => path.replace('.onnx', '-tapped.onnx'));
  for (const [index, model] of models.entries()) {
    for (const name of names) model.graph.addOutput(model.graph.value(name), { dataType: 'uint8' });
    await writeModel(model, copies[index]);
    await model.close();
  }
  return copies;
}

function differences(left, right) {
  let count = 0;
  for (let index = 0; index < left.length; index++) if (left[index] !== right[index]) count++;
  return count;
}

/** Over intermediate and final outputs, of as many samples as are asked for and as it takes to see enough values. */
async function compared(paths, samples) {
  const counts = { values: 0, different: 0 };
  await withSessions(await tapped(paths), async (qdq, integer) => {
    for (const [index, sample] of samples.entries()) {
      if (index >= Number(options.samples) && counts.values >= Number(options.values)) break;
      const outputs = [await qdq.run(feedsOf(qdq, sample)), await integer.run(feedsOf(integer, sample))];
      for (const [name, { data }] of Object.entries(outputs[0])) {
        counts.values += data.length;
        counts.different += differences(data, outputs[1][name].data);
      }
    }
  });
  return counts;
}

async function row(subject, into) {
  const opened = await subject.open(zoo, into);
  const paths = FORMATS.map((format) => join(into, `${format}.onnx`));
  const metrics = [];
  for (const [index, format] of FORMATS.entries()) {
    metrics.push(await written(opened, subject.settings, paths[index], format));
  }
  const { values, different } = await compared(paths, opened.evaluated());
  const { ratio } = await timedInTurn(...paths, await opened.feeds());
  const [{ rescaled, exact, tables = 0, exactTables = 0 }] = metrics;
  return [
    subject.name,
    `${exact + exactTables} of ${rescaled + tables}`,
    String(values),
    String(different),
    `${ratio.toFixed(1)}x`,
  ];
}

const rows = [];
for (const name of options.only.split(';')) {
  const subject = SUBJECTS.find((one) => one.name === name);
  if (subject === undefined) throw new Error(`no model "${name}"`);
  rows.push(await withFolder((into) => row(subject, into)));
}
const head = ['model', 'exact operators', 'values compared', 'different', 'time of plain integers'];
process.stdout.write(`${table(head, rows)}\n`);
if (rows.some(([, exact, , different]) => different !== '0' && exact.split(' of ')[0] === exact.split(' of ')[1])) {
  throw new Error('formats differ where every operator is exact');
}
