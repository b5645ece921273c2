import { int8PerChannel } from './schemes/int8-per-channel.js';
import { int8PerTensor } from './schemes/int8-per-tensor.js';

/** All quantization techniques. Adding one: a file in schemes/, a line here, a test, a section in the documentation. */
export const quantizationTechniques = [int8PerChannel, int8PerTensor] as const;
