// npm run bench:noise: how often the comparator errs on this machine. One model against itself, against a twin with 5 %
// more work, against a network of half its MACs and against itself with 98 % of its weights at zero.
// --comparisons N (200), --slowdowns N (80), --runs N (default of the comparator), --json
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { compareModels } from '@onnx-compress/runtime';
import { imageFeeds, smallNet } from './bench/noise-models.mjs';
import { bars, printTable } from './bench/noise-table.mjs';

const { values } = parseArgs({
  options: {
    comparisons: { type: 'string', default: '200' },
    slowdowns: { type: 'string', default: '80' },
    runs: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

/** Work that makes the model 5 % slower, found by long comparisons; the first line of the table measures it again. */
const ADDED = [[16, 3]];
const LONG_RUNS = 60;
const CONTROLS = 5;

const feeds = await imageFeeds();
const netOf = async (options) => {
  const { bytes, macs } = await smallNet(options);
  return { model: { location: { bytes }, feeds }, macs };
};
const full = await netOf();
const cases = {
  same: { count: Number(values.comparisons), ...full },
  slower: { count: Number(values.slowdowns), ...(await netOf({ added: ADDED })) },
  half: { count: CONTROLS, ...(await netOf({ filters: [8, 16, 16, 32] })) },
  zeros: { count: CONTROLS, ...(await netOf({ zeros: 0.98 })) },
};

async function compare(name, seed, runs) {
  const start = performance.now();
  const { cpu, latency, disturbance } = await compareModels(full.model, cases[name].model, { seed, runs });
  const seconds = (performance.now() - start) / 1000;
  return { name, seed, cpu, latency, disturbance, seconds };
}

/** All comparisons, those of one kind spread evenly over the time that the benchmark takes. */
const jobs = Object.entries(cases)
  .flatMap(([name, { count }]) => Array.from({ length: count }, (_, index) => ({ name, at: (index + 0.5) / count })))
  .sort((a, b) => a.at - b.at);

const settings = values.runs === undefined ? undefined : Number(values.runs);
const truth = await compare('slower', 1, LONG_RUNS);
const results = [];
for (const [index, { name }] of jobs.entries()) {
  results.push(await compare(name, index, settings));
  if ((index + 1) % 10 === 0 || index + 1 === jobs.length) {
    const said = results.slice(-10).map((result) => `${result.name}:${result.cpu.verdict}`);
    console.error(`${index + 1}/${jobs.length}, load ${loadavg()[0].toFixed(1)}: ${said.join(' ')}`);
  }
}

const macs = Object.fromEntries(Object.entries(cases).map(([name, { macs }]) => [name, macs / full.macs]));
const report = { macs, truth, results, bars: bars(results) };
if (values.json) console.log(JSON.stringify(report));
else printTable(report);
if (report.bars.some(({ ok }) => !ok)) process.exitCode = 1;
