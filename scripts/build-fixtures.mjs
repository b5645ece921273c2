// Writes every file of fixtures/; with --check compares instead and fails where a committed file differs.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cycle, text, truncated, unknownDomain, wrongWeightBytes } from './fixtures/bad-files.mjs';
import { initializerInputs, localFunction, nestedBranches, residualNetwork } from './fixtures/common-models.mjs';
import {
  externalFile,
  externalModel,
  lowBitTypes,
  metadataEverywhere,
  packedIntegers,
  sparseInitializer,
  unknownProtobufFields,
  unusualFieldOrder,
} from './fixtures/rare-encodings.mjs';

const FIXTURES = {
  'residual-network.onnx': residualNetwork,
  'nested-branches.onnx': nestedBranches,
  'initializer-inputs.onnx': initializerInputs,
  'local-function.onnx': localFunction,
  'low-bit-types.onnx': lowBitTypes,
  'sparse-initializer.onnx': sparseInitializer,
  'external-data.onnx': () => externalModel('external-data.bin'),
  'external-data.bin': externalFile,
  'metadata-everywhere.onnx': metadataEverywhere,
  'unknown-fields.onnx': unknownProtobufFields,
  'packed-integers.onnx': () => packedIntegers(residualNetwork()),
  'unusual-field-order.onnx': unusualFieldOrder,
  'bad/cycle.onnx': cycle,
  'bad/unknown-domain.onnx': unknownDomain,
  'bad/wrong-weight-bytes.onnx': wrongWeightBytes,
  'bad/truncated.onnx': truncated,
  'bad/text.onnx': text,
  'bad/external-missing.onnx': () => externalModel('nowhere.bin'),
  'bad/external-outside.onnx': () => externalModel('../external-data.bin'),
  'bad/external-absolute.onnx': () => externalModel('/etc/hostname'),
};

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', 'fixtures');

function write(path, bytes) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}

const differs = (path, bytes) => !existsSync(path) || Buffer.compare(readFileSync(path), bytes) !== 0;

const checking = process.argv.includes('--check');
const outdated = [];
for (const [name, build] of Object.entries(FIXTURES)) {
  const path = join(folder, name);
  const bytes = build();
  if (checking && differs(path, bytes)) outdated.push(name);
  if (!checking) write(path, bytes);
}
if (outdated.length > 0) {
  console.error(`Not what scripts/build-fixtures.mjs builds: ${outdated.join(', ')}`);
  process.exitCode = 1;
}
