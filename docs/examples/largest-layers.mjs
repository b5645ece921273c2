// Looks into a model before anything is done to it: `node largest-layers.mjs model.onnx`. Says where the bytes are, what a
// trial of each family would change, why it leaves the rest alone, and which techniques there are.
import { inspectModel, listTechniques, readModel } from 'onnx-compress';

const [input] = process.argv.slice(2);

const model = await readModel(input);
const { size, layers, trials } = await inspectModel(model);
await model.close();

for (const { node, opType, weightBytes } of layers.slice(0, 5)) {
  console.log(`${node} (${opType}): ${((100 * weightBytes) / size.weightBytes).toFixed(1)} % of the weight bytes`);
}
for (const { step, changed, skipped } of trials) {
  console.log(`${step} would change ${changed.length} nodes`);
  for (const { node, reason } of skipped) console.log(`  not ${node}: ${reason}`);
}
console.log(
  `techniques: ${listTechniques()
    .map(({ family, name }) => `${family} ${name}`)
    .join(', ')}`,
);
