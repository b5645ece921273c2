// What bench-noise.mjs found: its bars and its table.
import { median, quantiles } from '@onnx-compress/math';

const VERDICTS = ['better', 'worse', 'equivalent', 'inconclusive'];
const METRICS = ['cpu', 'latency'];
const percent = (part, digits = 1) => `${(100 * part).toFixed(digits)} %`;
const share = (items, is) => items.filter(is).length / items.length;
const named = (results, name) => results.filter((result) => result.name === name);

/** The bars of the comparator, judged by CPU time, which is its metric on one thread. */
export function bars(results) {
  const is =
    (...verdicts) =>
    ({ cpu }) =>
      verdicts.includes(cpu.verdict);
  const bar = (name, claim, verdicts, limit) => {
    const some = named(results, name);
    if (some.length === 0) return [];
    const measured = share(some, is(...verdicts));
    return [{ claim, measured, limit, ok: claim.endsWith('at most') ? measured <= limit : measured >= limit }];
  };
  return [
    ...bar('same', 'a model against itself is called better or worse, at most', ['better', 'worse'], 0.05),
    ...bar('slower', 'the slower twin is called worse, at least', ['worse'], 0.8),
    ...bar('half', 'half the MACs is called better, at least', ['better'], 1),
    ...bar('zeros', '98 % zeros is called better, at most', ['better'], 0),
  ];
}

/** Half of the width of an interval, as a part of the ratio. */
const halfWidth = ({ low, high }) => (Math.log(high) - Math.log(low)) / 2;

function printCase(name, results, macs) {
  console.log(`\n${name}: ${results.length} comparisons, ${percent(macs, 0)} of the MACs`);
  console.log(
    `  metric   ${VERDICTS.map((verdict) => verdict.padStart(12)).join(' ')}   ratio   half-width p10 / p50 / p90`,
  );
  for (const metric of METRICS) {
    const estimates = results.map((result) => result[metric]);
    const counts = VERDICTS.map((verdict) =>
      String(estimates.filter((one) => one.verdict === verdict).length).padStart(12),
    );
    const widths = quantiles(estimates.map(halfWidth), [0.1, 0.5, 0.9]).map((width) => percent(width));
    const ratio = median(estimates.map((estimate) => estimate.ratio)).toFixed(3);
    console.log(`  ${metric.padEnd(8)} ${counts.join(' ')}   ${ratio}   ${widths.join(' / ')}`);
  }
}

/** Prints everything for a person. */
export function printTable({ macs, truth, results, bars }) {
  const { cpu } = truth;
  const slower = [1 / cpu.ratio, 1 / cpu.high, 1 / cpu.low].map((ratio) => percent(ratio - 1));
  console.log(`slower twin, ${cpu.ratios.length} runs: CPU time +${slower[0]} [${slower[1]}, ${slower[2]}]`);
  for (const name of Object.keys(macs)) {
    const some = named(results, name);
    if (some.length > 0) printCase(name, some, macs[name]);
  }
  const seconds = quantiles(
    results.map((result) => result.seconds),
    [0.1, 0.5, 0.9],
  ).map((second) => second.toFixed(1));
  const waits = results.map(({ disturbance }) => disturbance.wait ?? 0);
  console.log(`\nseconds per comparison p10 / p50 / p90: ${seconds.join(' / ')}`);
  console.log(`waiting for a CPU: ${percent(median(waits))} of the time, at most ${percent(Math.max(...waits))}\n`);
  for (const { claim, measured, limit, ok } of bars) {
    console.log(
      `${claim.padEnd(62)} ${percent(limit).padStart(8)}: ${percent(measured).padStart(8)}  ${ok ? 'ok' : 'MISSED'}`,
    );
  }
}
