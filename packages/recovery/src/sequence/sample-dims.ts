import type { Calibration } from '@onnx-compress/core';
import { type Dim, dimKey, type Model } from '@onnx-compress/graph';

/** Sizes of symbolic dimensions as the first sample has them; what it does not tell stays as given. */
export async function sampleDims(
  { graph }: Model,
  calibration: Calibration,
  given: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<string, Dim>> {
  const dims = new Map<string, Dim>(given);
  for await (const feeds of calibration.samples()) {
    for (const { name, declared } of graph.inputs) {
      const sizes = feeds.get(name)?.dims;
      for (const [axis, dim] of (declared?.dims ?? []).entries()) {
        const size = sizes?.[axis];
        if (typeof dim !== 'number' && size !== undefined) dims.set(dimKey(name, dim, axis), size);
      }
    }
    break;
  }
  return dims;
}
