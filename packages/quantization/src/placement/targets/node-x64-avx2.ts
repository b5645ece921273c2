import { estimatedTable } from './estimated-table.js';
import { NODE_X64_VNNI } from './node-x64-vnni.js';

/**
 * Estimated, not measured: 32 bytes instead of 64 a register halve both sides; without VNNI one integer product takes
 * three instructions (vpmaddubsw, vpmaddwd, vpaddd) for 32 of them, a float one takes one for 8.
 */
export const NODE_X64_AVX2 = estimatedTable(NODE_X64_VNNI, {
  source: 'estimated from node-x64-vnni by instructions per product; not measured',
  floatProducts: 2,
  integerProducts: 4,
  elements: 1,
  channelBlock: 8,
});
