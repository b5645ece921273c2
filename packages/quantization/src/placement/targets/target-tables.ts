import type { Target } from '@onnx-compress/core';
import { NODE_ARM64 } from './node-arm64.js';
import { NODE_X64_AVX2 } from './node-x64-avx2.js';
import { NODE_X64_VNNI } from './node-x64-vnni.js';
import type { TargetTable } from './target-table.js';
import { WEB_WASM } from './web-wasm.js';

/** What int8 costs and gains on each target. Adding one: a file with its figures, one line here. */
export const TARGET_TABLES: Readonly<Record<Target, TargetTable>> = {
  'node-x64-vnni': NODE_X64_VNNI,
  'node-x64-avx2': NODE_X64_AVX2,
  'node-arm64': NODE_ARM64,
  'web-wasm': WEB_WASM,
};
