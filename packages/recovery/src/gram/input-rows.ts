import type { Matrix } from '@onnx-compress/core';
import { type Model, present } from '@onnx-compress/graph';
import type { LinearLayer } from '../layers/linear-layer.js';
import { collectRows } from '../rows/collect-rows.js';
import { positionsOf } from '../rows/positions-of.js';
import type { RowSampling, WantedInputs } from '../rows/wanted.js';

/** Memory for rows, in bytes. */
const MEMORY = 192 * 2 ** 20;

/** How many items all samples hold. */
function itemsIn(samples: number, { output }: LinearLayer): number {
  const batch = output.declared?.dims?.[0];
  return samples * (typeof batch === 'number' ? Math.max(1, batch) : 1);
}

/** A layer to be seen, and the memory that its rows take. */
interface Planned {
  readonly wanted: WantedInputs;
  readonly bytes: number;
}

function plan(layer: LinearLayer, samples: number): Planned {
  const items = itemsIn(samples, layer);
  const positions = positionsOf(layer, items);
  const rowBytes = Float32Array.BYTES_PER_ELEMENT * layer.columns * layer.contraction.groups;
  return { wanted: { kind: 'inputs', layer, positions }, bytes: items * positions * rowBytes };
}

/** Successive layers whose rows fit into the memory together; a layer that does not fit by itself is one of them. */
function chunksOf(planned: readonly Planned[], memory: number): readonly (readonly WantedInputs[])[] {
  const chunks: WantedInputs[][] = [];
  let left = 0;
  for (const { wanted, bytes } of planned) {
    if (chunks.length === 0 || bytes > left) {
      chunks.push([]);
      left = memory;
    }
    chunks.at(-1)?.push(wanted);
    left -= bytes;
  }
  return chunks;
}

/**
 * What layers are fed with at sampled positions: for each group of a layer, as many columns as its weight matrix has. The
 * model runs over all samples once for as many layers as have rows that fit into memory together.
 *
 * @param use gets the layers in their order, with the rows of the first sample first
 * @param memory for rows, in bytes; 192 MB when left out
 * @throws CancelledError when the signal fires
 */
export async function inputRows(
  model: Model,
  layers: readonly LinearLayer[],
  sampling: RowSampling,
  use: (layer: LinearLayer, rows: Matrix) => void | Promise<void>,
  { memory = MEMORY }: { readonly memory?: number } = {},
): Promise<void> {
  const planned = layers.map((layer) => plan(layer, sampling.calibration.count));
  for (const chunk of chunksOf(planned, memory)) {
    const matrices = await collectRows(model, chunk, sampling);
    for (const [index, { layer }] of chunk.entries()) await use(layer, present(matrices[index], 'rows'));
  }
}
