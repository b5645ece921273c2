import { type Calibration, ChannelMoments, observe } from '@onnx-compress/core';
import { floatsToTensor, type Model, present, readFloats, type Tensor } from '@onnx-compress/graph';
import { calibrationOf, randomFloats } from '@onnx-compress/test-kit';
import { runtimeContext } from '@onnx-compress/test-kit/runtime';
import type { MomentContext } from '../src/moments/passes.js';

/** Samples of the input `x`, and of others that stay the same. */
export function samplesOf(tensors: readonly Tensor[], others: Readonly<Record<string, Tensor>> = {}): Calibration {
  return calibrationOf(tensors.map((x) => new Map([['x', x], ...Object.entries(others)])));
}

/** So many random samples. */
export const randomSamples = (dims: readonly number[], count = 4): Calibration =>
  samplesOf(Array.from({ length: count }, (_, index) => randomFloats(dims, 100 + index)));

/** What a repair runs with; progress goes to the list. */
export function contextWith(calibration: Calibration, progress: (readonly [number, number])[] = []): MomentContext {
  return { ...runtimeContext(), calibration, progress: (done, total) => progress.push([done, total]) };
}

/** Leaves only some positions of an axis of a weight, in place. */
export async function cut(model: Model, weight: string, axis: number, keep: readonly number[]): Promise<void> {
  const found = present(model.graph.value(weight)?.weight, weight);
  const { dims, dataType } = found.tensor;
  const values = await readFloats(found.tensor);
  const inner = dims.slice(axis + 1).reduce((product, size) => product * size, 1);
  const size = present(dims[axis], 'axis');
  const kept = values.filter((_, index) => keep.includes(Math.floor(index / inner) % size));
  if (dataType !== 'float32' && dataType !== 'float16') throw new Error(`cannot cut ${dataType}`);
  found.replace(
    floatsToTensor(
      dataType,
      dims.map((length, index) => (index === axis ? keep.length : length)),
      kept,
    ),
  );
}

/** Means and deviations of the channels of a value, over all samples. */
export async function momentsOf(
  model: Model,
  value: { readonly name: string; readonly rank: number; readonly axis: number },
  context: MomentContext,
): Promise<readonly number[]> {
  const moments = new ChannelMoments(value);
  await observe(model, [moments], context);
  return [...moments.mean, ...moments.variance.map(Math.sqrt)];
}

/** The greatest difference between two lists of numbers. */
export const greatestDifference = (left: readonly number[], right: readonly number[]): number =>
  Math.max(...left.map((value, index) => Math.abs(value - present(right[index], 'number'))));
