import { estimatedTable } from './estimated-table.js';
import { NODE_X64_VNNI } from './node-x64-vnni.js';

/**
 * Estimated, not measured: registers of 16 bytes; SDOT and UDOT do 16 integer products where FMLA does 4 float ones, a
 * ratio like that of AVX512-VNNI. Float convolutions are unrolled into matrix products and need no blocked layout.
 */
export const NODE_ARM64 = estimatedTable(NODE_X64_VNNI, {
  source: 'estimated from node-x64-vnni by instructions per product; not measured',
  floatProducts: 3,
  integerProducts: 3.5,
  elements: 1,
  channelBlock: 1,
});
