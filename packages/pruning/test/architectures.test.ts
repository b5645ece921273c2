import { afterAll, describe, expect, it } from '@jest/globals';
import { int64Tensor, type Model, memoryTensor, present, type Tensor } from '@onnx-compress/graph';
import { ARCHITECTURES, randomFloats } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { expectExact, expectRules, expectSound, pruneHalf, recorded } from './acceptance.js';
import { expectGolden } from './golden-file.js';

afterAll(closeHost);

type Name = keyof typeof ARCHITECTURES;

/** Nets of which at most 45 % of the multiply-accumulates may be left. */
const CONVOLUTIONAL: ReadonlySet<string> = new Set<Name>([
  ...(['resnet50', 'resnext', 'resnet-option-a', 'densenet121', 'vgg', 'mobilenet-v3', 'efficientnet'] as const),
  ...(['shufflenet-slice', 'shufflenet-split', 'unet-resize', 'unet-transposed-conv'] as const),
]);

/** Nets with attention, of which whole heads can go. */
const ATTENTION = ['bert', 'fused-bert', 'gpt2', 'llama', 'swin-opset17', 'vit-opset14'] as const satisfies Name[];

/** Nets that normalize over channels, of which more can go where the statistics may change. */
const NORMALIZED = [
  ...(['bert', 'convnext-opset14', 'convnext-opset17', 'diffusion-blocks', 'gpt2', 'llama'] as const),
  ...(['swin-opset14', 'swin-opset17', 'vit-opset14', 'vit-opset17'] as const),
] satisfies Name[];

/** Sizes of symbolic dimensions. */
const SIZES: Readonly<Record<string, number>> = { batch: 2, sequence: 8, time: 12, width: 32 };

function integersFor(name: string, count: number): readonly number[] {
  const isFlag = name !== 'input_ids';
  return Array.from({ length: count }, (_, index) => (isFlag ? Number(index % 3 > 0) : (index * 37) % 256));
}

/** Fixed inputs: token ids, masks of zeros and ones, random pictures. */
function feedsFor(model: Model): Record<string, Tensor> {
  const feeds = model.graph.inputs.map(({ name, declared }): [string, Tensor] => {
    const dims = present(declared?.dims, name).map((dim) => (typeof dim === 'number' ? dim : (SIZES[dim ?? ''] ?? 1)));
    const count = dims.reduce((product, size) => product * size, 1);
    if (declared?.dataType === 'bool') return [name, memoryTensor('bool', dims, Uint8Array.of(1))];
    if (declared?.dataType === 'int64') return [name, int64Tensor(dims, integersFor(name, count))];
    return [name, randomFloats(dims, 1)];
  });
  return Object.fromEntries(feeds);
}

describe('half of the channels of a published architecture', () => {
  it.each(Object.entries(ARCHITECTURES))('can go: %s', async (name, build) => {
    const original = await build();
    const feeds = feedsFor(original);
    const outcome = await pruneHalf(original, feeds);
    expectGolden(`architectures/${name}`, recorded(outcome));
    expectRules(outcome.pinned);
    await expectSound(original, outcome.model, feeds);
    await expectExact(original, outcome, feeds);
    if (CONVOLUTIONAL.has(name)) expect(outcome.macs).toBeLessThanOrEqual(0.45);
    else expect(outcome.parameters).toBeLessThanOrEqual(0.6);
  });
});

describe('half of the heads of a published architecture', () => {
  it.each(ATTENTION)('can go: %s', async (name) => {
    const original = await ARCHITECTURES[name]();
    const feeds = feedsFor(original);
    const choices = { attention: 'heads' } as const;
    const outcome = await pruneHalf(original, feeds, choices);
    expectGolden(`heads/${name}`, recorded(outcome));
    await expectSound(original, outcome.model, feeds);
    await expectExact(original, outcome, feeds, choices);
  });
});

describe('half of the channels that are normalized over', () => {
  it.each(NORMALIZED)('can go: %s', async (name) => {
    const original = await ARCHITECTURES[name]();
    const feeds = feedsFor(original);
    const outcome = await pruneHalf(original, feeds, { statistics: 'change' });
    expectGolden(`statistics/${name}`, recorded(outcome));
    await expectSound(original, outcome.model, feeds);
    expect(outcome.macs).toBeLessThanOrEqual(0.45);
  });
});
