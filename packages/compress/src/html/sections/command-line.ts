import { formatPreprocessing } from '@onnx-compress/runtime';
import type { Report } from '../../report/report.js';

/** A word as a shell takes it back. */
const quoted = (word: string) => (/^[\w./:=,+@%-]+$/.test(word) ? word : `"${word.replaceAll(/["\\$`]/g, '\\$&')}"`);

const flag = (name: string, value: string | number) => [`--${name}`, String(value)];

/** Flags of the steps, as they would be typed. */
function stepFlags({ steps, recipe }: Report): readonly string[] {
  const asked = steps.filter(({ family }) => family !== 'cleanup');
  return [
    ...asked.flatMap(({ family, spec }) => flag(family, spec)),
    ...(recipe.cleanup === 'off' ? flag('cleanup', 'off') : []),
  ];
}

function settingFlags({ recipe, budgets }: Report): readonly string[] {
  const { calibration, preprocess, inputs, dims, target, seed, verify } = recipe;
  return [
    ...calibration.flatMap((path) => flag('calib', path)),
    ...(preprocess === undefined ? [] : flag('preprocess', formatPreprocessing(preprocess))),
    ...Object.entries(inputs).flatMap(([name, value]) => flag('input', `${name}=${value}`)),
    ...Object.entries(dims).flatMap(([name, value]) => flag('dim', `${name}=${value}`)),
    ...flag('target', target),
    ...flag('seed', seed),
    ...flag('verify', verify),
    ...budgets.flatMap(({ name, limit }) => flag(name, limit)),
  ];
}

/** The command line that makes this result again from the same file. */
export function commandLine(report: Report): string {
  const { input, output } = report;
  const words = [
    input.path ?? 'model.onnx',
    ...(output.path === null ? [] : ['-o', output.path]),
    ...stepFlags(report),
    ...settingFlags(report),
  ];
  return `npx onnx-compress ${words.map(quoted).join(' ')}`;
}
