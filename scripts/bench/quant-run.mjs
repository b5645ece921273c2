// One row of the quantization table: quantize with some samples, compare with the original on others, time both.
import { join } from 'node:path';
import { compressFile, resolveSpec } from 'onnx-compress';
import { timedInTurn } from './quant-sessions.mjs';

/** Pairs of fresh sessions for the verdict of the comparator, and its longest time. */
const COMPARISON = { runs: 10, maxSeconds: 20 };

const isQuantization = ({ family }) => family === 'quant';

/** How many layers took which form, by what the step says of each. */
function formCounts(steps) {
  const counts = {};
  for (const { form = 'other' } of steps.flatMap(({ changed }) => changed)) counts[form] = (counts[form] ?? 0) + 1;
  return counts;
}

/** Layers that stayed in float, by reason: all of them, or their activations alone. */
function floatLayers(steps) {
  const whole = steps.flatMap(({ skipped }) => skipped);
  const activations = steps
    .flatMap(({ changed }) => changed)
    .filter(({ floatActivations }) => floatActivations !== undefined)
    .map(({ node, form, floatActivations }) => ({ node, reason: `${form}: ${floatActivations}` }));
  const byReason = new Map();
  for (const { node, reason } of [...whole, ...activations]) {
    const kind = reason.replaceAll(/"[^"]*"/g, '"..."');
    byReason.set(kind, [...(byReason.get(kind) ?? []), node]);
  }
  return [...byReason].map(([reason, nodes]) => ({ reason, count: nodes.length, nodes: nodes.slice(0, 3) }));
}

/** The bytes of the quantized layers before, what they take of these, and the signal-to-noise ratio of their weights, weighed by bytes. */
function coveredLayers(steps) {
  const changes = steps.flatMap(({ changed }) => changed).filter(({ bytesBefore }) => bytesBefore > 0);
  const sum = (of) => changes.reduce((total, change) => total + of(change), 0);
  const before = sum(({ bytesBefore }) => bytesBefore);
  const noise = sum(({ bytesBefore, weightSnrDb }) => bytesBefore * 10 ** (-(weightSnrDb ?? 200) / 10));
  if (before === 0) return {};
  const covered = sum(({ bytesAfter }) => bytesAfter) / before;
  return { coveredBytes: before, covered, weightSnrDb: -10 * Math.log10(noise / before) };
}

async function quantized({ path, calibrate }, settings, spec, draw, output) {
  const started = performance.now();
  const { report } = await compressFile(path, output, {
    ...settings,
    steps: [resolveSpec('quant', spec)],
    calibration: await calibrate(draw),
    verify: 'off',
    measure: draw === 0 && COMPARISON,
    force: true,
  });
  const steps = report.steps.filter(isQuantization);
  return {
    seconds: (performance.now() - started) / 1000,
    size: report.after.fileBytes / report.before.fileBytes,
    unchanged: report.unchanged,
    bytes: report.after.fileBytes,
    ...coveredLayers(steps),
    forms: formCounts(steps),
    float: floatLayers(steps),
    ...(report.latency && { verdict: report.latency.verdict, speedup: report.latency.speedup }),
  };
}

/** Runs one row; figures that a model has no data for are missing. */
export async function quantRow(opened, settings, folder, { spec, draw }) {
  const output = join(folder, 'quantized.onnx');
  const row = await quantized(opened, settings, spec, draw, output);
  const evaluated = await opened.evaluate?.(output);
  const timed = opened.feeds && (await timedInTurn(opened.path, output, await opened.feeds()));
  return { ...row, ...evaluated, ...timed };
}
