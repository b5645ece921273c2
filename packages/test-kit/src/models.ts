export { buildModel, type ModelSpec, type TypeSpec } from './build-model.js';
export { type IfModelOptions, ifModelBytes } from './if-model.js';
export { ARCHITECTURES } from './nets/architectures/architectures.js';
export { cifarTutorialCnn } from './nets/cifar-tutorial-cnn.js';
export { lenet5Caffe } from './nets/lenet5-caffe.js';
export { maskSmallestWeights } from './nets/mask-smallest.js';
export { vggDCifar10 } from './nets/vgg-d-cifar10.js';
export { randomFloats, randomValues } from './random.js';
