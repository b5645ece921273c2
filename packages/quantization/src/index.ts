export { type Int8Options, int8Options } from './int8-options.js';
export { type Granularity, int8Transform } from './int8-transform.js';
export type { Activations } from './placement/choose-form.js';
export { quantizationTechniques } from './registry.js';
export { int8PerChannel } from './schemes/int8-per-channel.js';
export { int8PerTensor } from './schemes/int8-per-tensor.js';
