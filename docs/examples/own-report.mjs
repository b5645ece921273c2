// Makes something of a stored report, here lines of CSV for a spreadsheet: `node own-report.mjs report.json`. The report
// is what `compress --json` prints; its fields are described in docs/reference/report.md.
import { readFile } from 'node:fs/promises';

const [reportFile] = process.argv.slice(2);

const { input, steps, verification } = JSON.parse(await readFile(reportFile, 'utf8'));

console.log('model,step,bytes before,bytes after,changed,skipped,seconds');
for (const { name, bytesBefore, bytesAfter, changed, skipped, durationMs } of steps) {
  const seconds = (durationMs / 1000).toFixed(2);
  console.log(
    [input.sha256.slice(0, 8), name, bytesBefore, bytesAfter, changed.length, skipped.length, seconds].join(),
  );
}
console.log(`${input.sha256.slice(0, 8)},verify ${verification.status},,,,,`);
