// npm run bench:published: the networks of published sparsity tables, with weights masked, with channels really removed,
// and with int8 on top: bytes, gzip bytes, MACs, time. --runs N (default of the comparator), --markdown
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { modelBytes } from '@onnx-compress/graph';
import { compareModels } from '@onnx-compress/runtime';
import { cifarTutorialCnn, lenet5Caffe, vggDCifar10 } from '@onnx-compress/test-kit/models';
import { compress, prune, quantize, readModel } from 'onnx-compress';
import { judge } from './bench/verdicts.mjs';

const { values: options } = parseArgs({
  options: { runs: { type: 'string' }, markdown: { type: 'boolean', default: false } },
});

const mask = (amount) => [prune('l1-unstructured', { amount, scope: 'global' })];
const removed = (ratio) => [prune('l2', { ratio })];
const removedInt8 = (ratio) => [...removed(ratio), quantize('int8-per-channel')];

/** What is made of each network. The masks are those of the published tables, the bars parts of the original bytes. */
const NETWORKS = [
  {
    name: "CNN of PyTorch's CIFAR-10 tutorial",
    build: cifarTutorialCnn,
    variants: [
      { name: '30 % of the weights masked', steps: mask(0.3) },
      { name: 'l2:0.5', steps: removed(0.5), bar: 0.35 },
      { name: 'l2:0.5, int8-per-channel', steps: removedInt8(0.5), bar: 0.12 },
    ],
  },
  {
    name: 'LeNet5-Caffe',
    build: lenet5Caffe,
    variants: [
      { name: '98 % of the weights masked', steps: mask(0.98) },
      { name: 'l2:0.5', steps: removed(0.5) },
      { name: 'l2:0.8', steps: removed(0.8) },
      { name: 'l2:0.8, int8-per-channel', steps: removedInt8(0.8) },
    ],
  },
  {
    name: 'VGG-D for CIFAR-10',
    build: vggDCifar10,
    variants: [
      { name: '95 % of the weights masked', steps: mask(0.95) },
      { name: 'l2:0.5', steps: removed(0.5) },
      { name: 'l2:0.8', steps: removed(0.8) },
      { name: 'l2:0.8, int8-per-channel', steps: removedInt8(0.8) },
    ],
  },
];

function imageFeeds(model) {
  const [{ declared }] = model.graph.inputs;
  const dims = declared.dims.map((dim) => (typeof dim === 'number' ? dim : 1));
  const values = Float32Array.from({ length: dims.reduce((product, size) => product * size) }, (_, index) =>
    Math.sin(index),
  );
  return new Map([['image', { dataType: 'float32', dims, bytes: new Uint8Array(values.buffer) }]]);
}

async function variantRow({ name, steps, bar }, original) {
  const source = await readModel(original.bytes);
  const { model, report } = await compress(source, { steps, verify: 'fast' });
  const bytes = await model.toBytes();
  const timed = [original.bytes, bytes].map((each) => ({ location: { bytes: each }, feeds: original.feeds }));
  const { cpu } = await compareModels(...timed, options.runs === undefined ? {} : { runs: Number(options.runs) });
  await model.close();
  return { name, bar, bytes: bytes.byteLength, gzip: gzipSync(bytes).byteLength, macs: report.after.macs, cpu };
}

async function table({ name, build, variants }) {
  const model = build();
  const original = { bytes: await modelBytes(model), feeds: imageFeeds(model) };
  const rows = [];
  for (const variant of variants) {
    process.stderr.write(`${name}: ${variant.name}\n`);
    rows.push(await variantRow(variant, original));
  }
  const source = await readModel(original.bytes);
  const { report } = await compress(source, { steps: [], verify: 'off' });
  const first = { name: 'original', bytes: original.bytes.byteLength, gzip: gzipSync(original.bytes).byteLength };
  return { name, rows: [{ ...first, macs: report.before.macs }, ...rows] };
}

const kilobytes = (bytes) => (bytes / 1e3).toLocaleString('en-US', { maximumFractionDigits: 1 });
const millions = (macs) => (macs / 1e6).toLocaleString('en-US', { maximumFractionDigits: 2 });

function cells({ name, bytes, gzip, macs, cpu }, original) {
  const part = (bytes / original.bytes).toFixed(3);
  const speed =
    cpu === undefined
      ? ['1', '']
      : [`${cpu.ratio.toFixed(2)}x [${cpu.low.toFixed(2)}, ${cpu.high.toFixed(2)}]`, cpu.verdict];
  return [name, kilobytes(bytes), part, kilobytes(gzip), millions(macs), ...speed];
}

const HEADER = ['', 'kB', 'of original', 'kB gzip', 'M MACs', 'speed', 'verdict'];

function print({ name, rows }) {
  const [original] = rows;
  const lines = [HEADER, ...rows.map((row) => cells(row, original))];
  const widths = HEADER.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const text = lines.map((line) => `| ${line.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`);
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  console.log(options.markdown ? `## ${name}\n` : name);
  console.log([text[0], rule, ...text.slice(1)].join('\n'), '\n');
}

for (const network of NETWORKS) {
  const made = await table(network);
  print(made);
  const [original, ...rows] = made.rows;
  for (const { name, bar, bytes } of rows) {
    if (bar !== undefined)
      judge(`${name}: bytes of the original`, bytes / original.bytes, bar, (part) => part.toFixed(3));
  }
}
