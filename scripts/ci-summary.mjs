// node scripts/ci-summary.mjs <jest results> [failed step]...: prints "N passed, N failed"; fails where anything failed.
import { readFileSync } from 'node:fs';

const [file, ...failedSteps] = process.argv.slice(2);

function readResults() {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, numRuntimeErrorTestSuites: 0 };
  }
}

const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = readResults();
const failedTests = numFailedTests + numRuntimeErrorTestSuites;
// A step that failed without a failed test, such as a type error or a test run that broke off, counts as one failure.
const otherFailures = failedSteps.filter((step) => step !== 'npm test' || failedTests === 0);
for (const step of failedSteps) console.log(`${step} failed`);
const failed = failedTests + otherFailures.length;
console.log(`${numPassedTests} passed, ${failed} failed`);
if (failed > 0 || numPassedTests === 0) process.exitCode = 1;
