// Compresses a model in memory under budgets and a time limit: `node budgets-and-cancelling.mjs model.onnx small.onnx`. A
// missed budget is an error that carries the whole report, so that a program can say by how much, or try less.
import { CancelledError, compress, MissedBudgetError, prune, quantize, readModel } from 'onnx-compress';

const [input, output] = process.argv.slice(2);

/** The file of the largest ratio that keeps the budgets. */
async function smallest(model, ratios) {
  for (const ratio of ratios) {
    try {
      return await compress(model, {
        steps: [prune('l1', { ratio }), quantize('int8-per-channel')],
        budgets: { maxRatio: 0.6, minCosine: 0.9 },
        signal: AbortSignal.timeout(60_000),
      });
    } catch (error) {
      if (!(error instanceof MissedBudgetError)) throw error;
      const missed = error.report.budgets.filter(({ ok }) => !ok);
      for (const { name, limit, actual } of missed) console.log(`ratio ${ratio}: ${name} is ${actual}, limit ${limit}`);
    }
  }
  return undefined;
}

const model = await readModel(input);
try {
  const result = await smallest(model, [0.75, 0.5, 0.25, 0.1]);
  if (result === undefined) throw new Error('no ratio keeps the budgets');
  await result.model.write(output);
  console.log(`${output}: ${result.report.after.fileBytes} bytes, cosine ${result.report.verification.cosine}`);
} catch (error) {
  if (!(error instanceof CancelledError)) throw error;
  console.log('it took too long; nothing was written');
} finally {
  await model.close();
}
