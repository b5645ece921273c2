import type { Node } from '@onnx-compress/graph';
import { convConsumer } from './consumers/conv.js';
import { convTransposeConsumer } from './consumers/conv-transpose.js';
import { gemmConsumer } from './consumers/gemm.js';
import { matMulConsumer } from './consumers/matmul.js';
import type { LayerSide } from './layer-side.js';
import { convProducer } from './producers/conv.js';
import { convTransposeProducer } from './producers/conv-transpose.js';
import { gemmProducer } from './producers/gemm.js';
import { matMulProducer } from './producers/matmul.js';

const PRODUCERS: Readonly<Record<string, LayerSide>> = {
  Conv: convProducer,
  ConvTranspose: convTransposeProducer,
  Gemm: gemmProducer,
  MatMul: matMulProducer,
};

const CONSUMERS: Readonly<Record<string, LayerSide>> = {
  Conv: convConsumer,
  ConvTranspose: convTransposeConsumer,
  Gemm: gemmConsumer,
  MatMul: matMulConsumer,
};

/** The output side of a layer that can take a map of what it writes. */
export function producerSide(node: Node): LayerSide | undefined {
  return node.domain === '' ? PRODUCERS[node.opType] : undefined;
}

/** The input side of a layer that can take a map of what it reads at input 0. */
export function consumerSide(node: Node): LayerSide | undefined {
  return node.domain === '' ? CONSUMERS[node.opType] : undefined;
}
