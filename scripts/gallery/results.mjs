// Compresses and measures one model with every recipe of the gallery.
import { join } from 'node:path';
import { compressFile, measureFiles, resolveSpec } from '../../packages/compress/dist/index.js';
import { commandOf, RECIPES } from './candidates.mjs';
import { drawnText } from './drawn-text.mjs';

const stepsOf = ({ prune, quant }) => [
  ...prune.map((spec) => resolveSpec('prune', spec)),
  ...quant.map((spec) => resolveSpec('quant', spec)),
];

async function resultOf(model, recipe, folder) {
  const output = join(folder, `${RECIPES.indexOf(recipe)}-${model.file}`);
  const calibration = drawnText(model.input, model.dims, model.dot);
  const { report } = await compressFile(model.path, output, { steps: stepsOf(recipe), calibration, figures: true });
  const measurement = await measureFiles(output, { against: model.path, inputSizes: [model.dims.join('x')] });
  return { command: commandOf(recipe), report, measurement };
}

/** One result after the other, so that none disturbs the measurement of another. */
export async function resultsOf(model, folder) {
  const results = [];
  for (const recipe of RECIPES) results.push(await resultOf(model, recipe, folder));
  return results;
}
