// Compresses a file and keeps the report beside it: `node compress-file.mjs model.onnx small.onnx report.json`. The result
// is verified in onnxruntime before it gets its name.
import { writeFile } from 'node:fs/promises';
import { compressFile, prune, quantize, renderJson, renderTable } from 'onnx-compress';

const [input, output, reportFile] = process.argv.slice(2);

const { report } = await compressFile(input, output, {
  steps: [prune('l1', { ratio: 0.25 }), quantize('int8-per-channel')],
});
await writeFile(reportFile, renderJson(report));
console.log(renderTable(report));
