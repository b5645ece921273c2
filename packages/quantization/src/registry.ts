import { additive } from './schemes/additive.js';
import { bf16 } from './schemes/bf16.js';
import { binary } from './schemes/binary.js';
import { codebook } from './schemes/codebook.js';
import { fp16 } from './schemes/fp16.js';
import { int4Block } from './schemes/int4-block.js';
import { int8Dyadic } from './schemes/int8-dyadic.js';
import { int8Dynamic } from './schemes/int8-dynamic.js';
import { int8PerChannel } from './schemes/int8-per-channel.js';
import { int8PerTensor } from './schemes/int8-per-tensor.js';
import { int8WeightOnly } from './schemes/int8-weight-only.js';
import { log2 } from './schemes/log2.js';
import { mixed } from './schemes/mixed.js';
import { ternary } from './schemes/ternary.js';
import { uint8Asym } from './schemes/uint8-asym.js';

/** All quantization techniques. Adding one: a file in schemes/, a line here, a test, a section in the documentation. */
const single = [
  int8PerChannel,
  int8PerTensor,
  int8Dyadic,
  int8Dynamic,
  int8WeightOnly,
  uint8Asym,
  fp16,
  bf16,
  int4Block,
  codebook,
  log2,
  additive,
  ternary,
  binary,
] as const;

/** All quantization techniques; the last one makes its formats of the others. */
export const quantizationTechniques = [...single, mixed(single)] as const;
