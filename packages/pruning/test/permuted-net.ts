import { float32Tensor, type Model, readFloats, type Tensor } from '@onnx-compress/graph';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';

async function reordered(tensor: Tensor, order: readonly number[]): Promise<Tensor> {
  const values = await readFloats(tensor);
  const length = values.length / order.length;
  const rows = order.map((row) => [...values.subarray(row * length, row * length + length)]);
  return float32Tensor(tensor.dims, rows.flat());
}

/**
 * A convolution, a BatchNormalization, a Relu and a convolution that mixes their channels. The weight `w` and all that goes
 * with its output channels are random from the seed and lie in the given order.
 */
export async function permutedNet(seed: number, order: readonly number[]): Promise<Model> {
  const channels = order.length;
  const vectors = ['bias', 'scale', 'shift', 'mean'].map(
    async (name, index) => [name, await reordered(randomFloats([channels], seed + index), order)] as const,
  );
  return buildModel({
    inputs: { x: ['float32', ['N', 3, 5, 5]] },
    outputs: ['y'],
    weights: {
      w: await reordered(randomFloats([channels, 3, 3, 3], seed + 4), order),
      ...Object.fromEntries(await Promise.all(vectors)),
      variance: float32Tensor([channels], Array<number>(channels).fill(1)),
      // Consumes the channels, so its input channels move with them.
      v: await consumer(seed + 5, order),
    },
    nodes: [
      { opType: 'Conv', name: 'first', inputs: ['x', 'w', 'bias'], outputs: ['h'] },
      {
        opType: 'BatchNormalization',
        name: 'norm',
        inputs: ['h', 'scale', 'shift', 'mean', 'variance'],
        outputs: ['n'],
      },
      { opType: 'Relu', name: 'positive', inputs: ['n'], outputs: ['r'] },
      { opType: 'Conv', name: 'second', inputs: ['r', 'v'], outputs: ['y'] },
    ],
  });
}

/** A weight [2, channels, 2, 2] with its input channels in the given order. */
async function consumer(seed: number, order: readonly number[]): Promise<Tensor> {
  const halves = await Promise.all(
    [seed, seed + 1].map(async (own) => readFloats(await reordered(randomFloats([order.length, 4], own), order))),
  );
  return float32Tensor(
    [2, order.length, 2, 2],
    halves.flatMap((values) => [...values]),
  );
}
