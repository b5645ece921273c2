// Builds a result again from its report and proves that it is the same file: `node replay-recipe.mjs model.onnx again.onnx
// report.json`. The report holds the resolved recipe, in which nothing is left to a default.
import { readFile } from 'node:fs/promises';
import { checkRecipe, compressFile } from 'onnx-compress';

const [input, output, reportFile] = process.argv.slice(2);

const { recipe, output: first } = JSON.parse(await readFile(reportFile, 'utf8'));
const { report } = await compressFile(input, output, checkRecipe(recipe, reportFile));
console.log(report.output.sha256 === first.sha256 ? 'the same file again' : 'another file');
