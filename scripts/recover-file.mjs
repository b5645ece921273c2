// node scripts/recover-file.mjs <model.onnx> <samples.npy> <options of the step as JSON> <result.json>: prunes and
// repairs a model, and writes how long that took, phase by phase.
import { writeFileSync } from 'node:fs';
import { compressFile, prune } from 'onnx-compress';
import { PhaseClock } from './bench/recovery-phases.mjs';

const [model, samples, options, result] = process.argv.slice(2);
const { criterion, ...stepOptions } = JSON.parse(options);
const clock = new PhaseClock();
const started = performance.now();
const { report } = await compressFile(model, `${result}.onnx`, {
  steps: [prune(criterion, stepOptions)],
  calibration: [samples],
  verify: 'off',
  force: true,
  onEvent: clock.listen,
});
const seconds = (performance.now() - started) / 1000;
const { before, after } = report;
writeFileSync(result, JSON.stringify({ seconds, phases: clock.end(), keptMacs: after.macs / before.macs }));
