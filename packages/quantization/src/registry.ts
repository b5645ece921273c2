import { bf16 } from './schemes/bf16.js';
import { fp16 } from './schemes/fp16.js';
import { int8Dynamic } from './schemes/int8-dynamic.js';
import { int8PerChannel } from './schemes/int8-per-channel.js';
import { int8PerTensor } from './schemes/int8-per-tensor.js';
import { int8WeightOnly } from './schemes/int8-weight-only.js';
import { uint8Asym } from './schemes/uint8-asym.js';

/** All quantization techniques. Adding one: a file in schemes/, a line here, a test, a section in the documentation. */
export const quantizationTechniques = [
  int8PerChannel,
  int8PerTensor,
  int8Dynamic,
  int8WeightOnly,
  uint8Asym,
  fp16,
  bf16,
] as const;
