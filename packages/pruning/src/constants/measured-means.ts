import { ChannelMoments, type Context, observe } from '@onnx-compress/core';
import type { Model, ShapeTable, Value } from '@onnx-compress/graph';
import { channelAxisOf } from '@onnx-compress/recovery';
import type { MeansOf } from './fold.js';
import type { Site } from './sites.js';

/** Where to run the model, and on what. */
export interface Measuring extends Pick<Context, 'runs' | 'signal'> {
  readonly calibration: NonNullable<Context['calibration']>;
}

/** The means of what the layers are fed with, over all calibration samples, in one pass. */
export async function measuredMeans(
  model: Model,
  sites: readonly Site[],
  types: ShapeTable,
  sampling: Measuring,
): Promise<MeansOf> {
  const observers = new Map<Value, ChannelMoments>();
  for (const { node, data } of sites) {
    const rank = types.get(data)?.dims?.length;
    if (rank === undefined || data.graph.kind !== 'main') continue;
    observers.set(data, new ChannelMoments({ name: data.name, rank, axis: channelAxisOf(node, rank) }));
  }
  await observe(model, [...observers.values()], sampling);
  return async ({ data }) => observers.get(data)?.mean;
}
