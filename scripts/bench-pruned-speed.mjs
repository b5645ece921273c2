// npm run bench:pruned-speed: VGG-16 and ResNet-50 pruned by half. Is the written file as fast as a network that is built
// at the same widths, and is its time what its MACs say? One thread, alternated.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countCosts, propagateShapes } from '@onnx-compress/graph';
import { openModel, writeModel } from '@onnx-compress/graph/node';
import { compareModels } from '@onnx-compress/runtime';
import { randomFloats } from '@onnx-compress/test-kit/models';
import { IMAGE } from './bench/conv-net.mjs';
import { treeUsage } from './bench/process-tree.mjs';
import { resnet50 } from './bench/resnet.mjs';
import { judge } from './bench/verdicts.mjs';
import { vgg16 } from './bench/vgg.mjs';
import { root } from './workspaces.mjs';

/** Convolutions take nearly all of the time at these sizes. */
const NETS = {
  'VGG-16, 128 x 128': { build: vgg16, size: 128 },
  'ResNet-50, 224 x 224': { build: resnet50, size: 224 },
};
const CRITERION = 'l1';
const RATIO = '0.5';
/** Thirty runs tell 2 % apart also where other work disturbs the machine. */
const OPTIONS = { threads: 1, runs: 30 };

const folder = mkdtempSync(join(tmpdir(), 'onnx-compress-bench-'));
const [original, pruned, fresh] = ['original', 'pruned', 'fresh'].map((name) => join(folder, `${name}.onnx`));

/** Filters of every convolution of a file, by the name of the convolution; and its MACs for one image. */
async function measured(path) {
  const model = await openModel(path);
  const convolutions = model.graph.nodes.filter(({ opType }) => opType === 'Conv');
  const widths = new Map(convolutions.map((node) => [node.name, node.input(1).weight.tensor.dims[0]]));
  const { macs } = countCosts(model, propagateShapes(model, new Map([['batch', 1]])));
  const operators = model.graph.nodes.map(({ opType }) => opType).join(' ');
  await model.close();
  return { widths, macs, operators };
}

async function feedsOf(size) {
  const dims = [1, IMAGE.channels, size, size];
  return new Map([[IMAGE.name, { dataType: 'float32', dims, bytes: await randomFloats(dims, 7).bytes() }]]);
}

function printComparison(title, { cpu, latency, disturbance }) {
  const interval = `${(1 / cpu.high).toFixed(3)} to ${(1 / cpu.low).toFixed(3)}`;
  const waited = disturbance.disturbed ? ', machine disturbed' : '';
  const ratios = `CPU ${(1 / cpu.ratio).toFixed(3)} (${interval}), latency ${(1 / latency.ratio).toFixed(3)}`;
  console.log(`  ${title.padEnd(24)} ${ratios}: ${cpu.verdict}${waited}`);
}

async function bench(name, { build, size }) {
  await writeModel(build({ size }), original);
  await treeUsage([join(root, 'scripts/prune-file.mjs'), original, pruned, CRITERION, RATIO]);
  const [before, after] = [await measured(original), await measured(pruned)];
  await writeModel(build({ size, widths: after.widths }), fresh);
  const feeds = await feedsOf(size);
  const model = (path) => ({ location: { path }, feeds });
  const twins = await compareModels(model(fresh), model(pruned), OPTIONS);
  const gain = await compareModels(model(original), model(pruned), OPTIONS);
  const macs = after.macs / before.macs;
  console.log(`${name}: ${(before.macs / 1e9).toFixed(2)} GMACs, pruned ${macs.toFixed(3)} of them`);
  console.log(
    `  operators of the original and the pruned file ${before.operators === after.operators ? 'equal' : 'DIFFER'}`,
  );
  printComparison('pruned / built at widths', twins);
  printComparison('pruned / original', gain);
  return { name, macs, twins, gain };
}

try {
  const results = [];
  for (const [name, net] of Object.entries(NETS)) results.push(await bench(name, net));
  console.log();
  for (const { name, macs, twins, gain } of results) {
    const equivalent = twins.cpu.verdict === 'equivalent' ? 0 : 1;
    judge(`${name}: not equivalent to the built one`, equivalent, 0, (value) =>
      value === 0 ? 'no' : twins.cpu.verdict,
    );
    const off = Math.abs(1 / gain.latency.ratio / macs - 1);
    judge(`${name}: latency ratio off the MAC ratio`, off, 0.2, (part) => `${(100 * part).toFixed(1)} %`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
