import { type Matrix, Taps } from '@onnx-compress/core';
import { type Model, present, type Tensor } from '@onnx-compress/graph';
import { channelRows } from './channel-rows.js';
import { layerRows } from './layer-rows.js';
import { PositionSampler } from './position-sampler.js';
import { RowCollector } from './row-collector.js';
import type { RowTap, RowTaps } from './row-tap.js';
import type { RowSampling, Wanted } from './wanted.js';

function tapRows(into: RowTaps, wanted: Wanted): RowTap {
  if (wanted.kind === 'inputs') return layerRows(into, wanted.layer, wanted.positions);
  return channelRows(into, wanted.value, wanted.axis, wanted.rank, wanted.positions);
}

/**
 * Runs a model on samples and looks at values inside it at random positions: one matrix for each wanted thing, with the
 * rows of the first item of the first sample first. Things with equal `positions` whose values have the same positions
 * are seen at the same ones, in this call and in any other with the same random streams, also of a changed model. Where
 * an item has no more positions than wanted, each is seen once, in order. Only the sampled rows leave onnxruntime;
 * those of all samples are kept.
 *
 * The rows of a layer's `inputs` times its weight matrix, group by group, plus its bias are the rows of its output's
 * `channels`.
 *
 * @throws CancelledError when the signal fires
 * @example
 * const [inputs, outputs] = await collectRows(model, [
 *   { kind: 'inputs', layer, positions: 32 },
 *   { kind: 'channels', value: layer.output.name, axis: 1, rank: 4, positions: 32 },
 * ], sampling);
 */
export async function collectRows(
  model: Model,
  wanted: readonly Wanted[],
  { runs, calibration, random, signal, onSample }: RowSampling,
): Promise<readonly Matrix[]> {
  if (wanted.length === 0) return [];
  const taps = new Taps(model);
  const sampler = new PositionSampler(taps);
  const planned = wanted.map((one) => {
    const tap = tapRows({ taps, sampler }, one);
    return { ...tap, collector: new RowCollector(tap.count, calibration.count) };
  });
  const copy = taps.finish(planned.flatMap(({ rows, size }) => [rows, size]));
  const take = async (outputs: ReadonlyMap<string, Tensor>) => {
    const output = (name: string) => present(outputs.get(name), `output ${name}`);
    for (const { rows, size, collector } of planned) await collector.add(output(rows), output(size));
    onSample?.();
  };
  await runs.run(copy, sampler.feed(calibration.samples(), random), take, signal);
  return planned.map(({ collector }) => collector.matrix);
}
