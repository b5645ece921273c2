export type { Criterion } from './criteria/criterion.js';
export { l1 } from './criteria/l1.js';
export { l2 } from './criteria/l2.js';
export { ln } from './criteria/ln.js';
export type { StructuredOptions } from './criteria/options.js';
export { pruningTechniques } from './registry.js';
export { structuredPruning } from './structured-pruning.js';
