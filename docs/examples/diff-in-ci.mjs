// Fails a pipeline when a model changed in more than its weights, or no longer computes the same:
// `node diff-in-ci.mjs released.onnx candidate.onnx`.
import { diffModels, readModel, verifyFiles } from 'onnx-compress';

const [released, candidate] = process.argv.slice(2);

const [before, after] = [await readModel(released), await readModel(candidate)];
const { nodes } = await diffModels(before, after);
await before.close();
await after.close();

const { verification, budgets } = await verifyFiles(released, candidate, { budgets: { minCosine: 0.999 } });

const problems = [
  ...nodes.added.map(({ node, opType }) => `new node ${node} (${opType})`),
  ...nodes.removed.map(({ node, opType }) => `node ${node} (${opType}) is gone`),
  ...verification.reasons,
  ...budgets.filter(({ ok }) => !ok).map(({ name, limit, actual }) => `${name} ${limit}: it is ${actual}`),
];
for (const problem of problems) console.log(problem);
console.log(problems.length === 0 ? 'nothing to object to' : `${problems.length} objections`);
process.exitCode = problems.length === 0 ? 0 : 1;
