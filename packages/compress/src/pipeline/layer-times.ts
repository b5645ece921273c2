import { CompressError, type Diagnostic } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import { type HostFeeds, profileModel } from '@onnx-compress/runtime';
import { profileUnknown } from '../measure/messages.js';
import type { LayerTimes } from '../report/layers.js';

/** What a profile needs of the run that it is part of. */
export interface ProfileRun {
  readonly signal: AbortSignal;
  readonly warn: (diagnostic: Diagnostic) => void;
}

async function timesOf(name: string, model: Model, feeds: HostFeeds, { signal, warn }: ProfileRun) {
  try {
    const { layers } = await profileModel(model, feeds, { signal });
    return new Map(layers.map(({ node, timeMs }) => [node, timeMs]));
  } catch (error) {
    if (signal.aborted || !(error instanceof CompressError)) throw error;
    warn(profileUnknown(name, error.message));
    return undefined;
  }
}

/** Milliseconds of one inference by node, of an original and its result; what cannot be had is told and left out. */
export async function layerTimes(
  original: Model,
  result: Model,
  feeds: HostFeeds,
  run: ProfileRun,
): Promise<LayerTimes> {
  const before = await timesOf('the original', original, feeds, run);
  const after = await timesOf('the result', result, feeds, run);
  return { ...(before && { before }), ...(after && { after }) };
}
