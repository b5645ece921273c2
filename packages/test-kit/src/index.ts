export { buildModel, type ModelSpec, type TypeSpec } from './build-model.js';
export { type IfModelOptions, ifModelBytes } from './if-model.js';
export { randomFloats, randomValues } from './random.js';
export { relativeError } from './relative-error.js';
export { type OptimizationLevel, runModel } from './run-model.js';
export { describeZoo, ZOO_VARIABLE, zooModels } from './zoo.js';
export { zooFeeds } from './zoo-feeds.js';
