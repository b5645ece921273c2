import { estimatedTable } from './estimated-table.js';
import { NODE_X64_VNNI } from './node-x64-vnni.js';

/**
 * Estimated, not measured: 128-bit SIMD with i32x4.dot_i16x8_s, which needs bytes widened first, so integers do about
 * 1.5 times as many products as floats.
 */
export const WEB_WASM = estimatedTable(NODE_X64_VNNI, {
  source: 'estimated from node-x64-vnni by instructions per product; not measured',
  floatProducts: 5,
  integerProducts: 14,
  elements: 1.5,
  channelBlock: 1,
});
