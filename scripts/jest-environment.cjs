// onnxruntime-node checks `instanceof Float32Array` in the host realm; Jest's sandbox has typed arrays of its own.
// Sharing the host's constructors makes both the same.
const { TestEnvironment } = require('jest-environment-node');

// onnxruntime reads this when it is loaded; with telemetry on it leaves files in the temporary folder.
process.env.ORT_DISABLE_TELEMETRY ??= '1';

const SHARED = [
  'ArrayBuffer',
  'SharedArrayBuffer',
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
];

module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup();
    for (const name of SHARED) this.global[name] = globalThis[name];
  }
};
