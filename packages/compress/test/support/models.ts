import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { float32Tensor, type Model } from '@onnx-compress/graph';
import { writeModel } from '@onnx-compress/graph/node';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';

/** Convolution, Relu, pooling, classifier, and an Identity for tidy to remove. */
export function classifier(channels = 16): Model {
  return buildModel({
    inputs: { image: ['float32', ['batch', 3, 8, 8]] },
    outputs: { scores: ['float32', ['batch', 10]] },
    weights: {
      conv_w: randomFloats([channels, 3, 3, 3], 1),
      conv_b: randomFloats([channels], 2),
      head_w: randomFloats([channels, 10], 3),
      head_b: float32Tensor([10], new Float32Array(10)),
    },
    nodes: [
      { opType: 'Conv', name: 'conv', inputs: ['image', 'conv_w', 'conv_b'], outputs: ['features'] },
      { opType: 'Identity', name: 'same', inputs: ['features'], outputs: ['copy'] },
      { opType: 'Relu', name: 'relu', inputs: ['copy'], outputs: ['active'] },
      { opType: 'GlobalAveragePool', name: 'pool', inputs: ['active'], outputs: ['pooled'] },
      { opType: 'Flatten', name: 'flat', inputs: ['pooled'], outputs: ['row'] },
      { opType: 'Gemm', name: 'head', inputs: ['row', 'head_w', 'head_b'], outputs: ['scores'] },
    ],
  });
}

/** Nothing that a technique could work on. */
export function weightless(): Model {
  return buildModel({
    inputs: { x: ['float32', [1, 4]] },
    outputs: { y: ['float32', [1, 4]] },
    nodes: [{ opType: 'Relu', name: 'relu', inputs: ['x'], outputs: ['y'] }],
  });
}

/** Writes a model into a fresh folder, lends both, removes them. */
export async function withModelFile<T>(
  model: Model,
  work: (file: { readonly path: string; readonly folder: string }) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'compress-test-'));
  const path = join(folder, 'model.onnx');
  try {
    await writeModel(model, path);
    return await work({ path, folder });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
