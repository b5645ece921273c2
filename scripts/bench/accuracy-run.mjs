// One row of the accuracy table: compress with some samples, compare the answers on the others.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { compressFile, prune } from 'onnx-compress';
import { withFolder } from './accuracy-samples.mjs';
import { stepOptions } from './accuracy-variants.mjs';

/** Counts over samples: right answers before and after, same answers, right ones lost and gained. */
function compared(labels, dense, answers, samples) {
  const count = (test) => samples.filter(test).length;
  const before = (index) => dense[index] === labels[index];
  const after = (index) => answers[index] === labels[index];
  return {
    n: samples.length,
    dense: count(before),
    correct: count(after),
    agree: count((index) => answers[index] === dense[index]),
    lost: count((index) => before(index) && !after(index)),
    gained: count((index) => !before(index) && after(index)),
  };
}

function repairCounts(steps) {
  const repairs = steps.flatMap(({ repairs: made = [] }) => made);
  return { tried: repairs.length, kept: repairs.filter(({ method, reason }) => method && !reason).length };
}

async function compressed(model, output, samples, { amount, variant, draw }) {
  const started = performance.now();
  const { report } = await compressFile(model, output, {
    steps: [prune(variant.criterion, stepOptions(variant, amount))],
    calibration: [samples],
    seed: draw,
    verify: 'off',
    force: true,
  });
  const { before, after, steps } = report;
  return {
    seconds: (performance.now() - started) / 1000,
    ...{ macsBefore: before.macs, macsAfter: after.macs },
    ...{ parametersBefore: before.parameters, parametersAfter: after.parameters },
    repairs: repairCounts(steps),
  };
}

/**
 * Runs one row. `evaluated` counts samples that the calibration has not seen, `calibrated` those that it has, where they
 * are of the same set.
 *
 * @param dense answers of the uncompressed model
 */
export function accuracyRow({ task, model }, dense, row) {
  return withFolder(async (folder) => {
    const samples = join(folder, 'samples.npy');
    const output = join(folder, 'pruned.onnx');
    await task.write(samples, row.calibrate);
    const figures = await compressed(model, output, samples, row);
    await rm(samples);
    const answers = await task.answers(output);
    const seen = new Set(task.separate ? [] : row.calibrate);
    const all = [...task.labels.keys()];
    const counts = (chosen) => compared(task.labels, dense, answers, chosen);
    return {
      ...figures,
      evaluated: counts(all.filter((index) => !seen.has(index))),
      ...(seen.size > 0 && { calibrated: counts([...seen]) }),
    };
  });
}
