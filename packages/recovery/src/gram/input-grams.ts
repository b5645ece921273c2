import type { Context, Matrix } from '@onnx-compress/core';
import { type Model, present } from '@onnx-compress/graph';
import type { LinearLayer } from '../layers/linear-layer.js';
import { collectRows } from '../rows/collect-rows.js';
import { positionsOf } from '../rows/positions-of.js';
import type { RowSampling, WantedInputs } from '../rows/wanted.js';
import { type CentredGram, centredGram } from './centred-gram.js';

/** Memory for rows, in bytes. */
const MEMORY = 192 * 2 ** 20;

/** Where rows come from, and what multiplies them. */
export type GramSampling = RowSampling & Pick<Context, 'gemm'>;

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

async function gramsOf(
  { columns, contraction }: LinearLayer,
  rows: Matrix,
  sampling: GramSampling,
): Promise<readonly CentredGram[]> {
  const grams: CentredGram[] = [];
  for (let group = 0; group < contraction.groups; group++) {
    grams.push(await centredGram(rows, sampling, { first: group * columns, count: columns }));
  }
  return grams;
}

/**
 * Gram matrices of what layers are fed with, one for each group of a layer. The model runs over all samples once for as
 * many layers as have rows that fit into memory together; the Gram matrices of one layer exist at a time.
 *
 * @param use gets the layers in their order
 * @param memory for rows, in bytes; 192 MB when left out
 * @throws CancelledError when the signal fires
 */
export async function inputGrams(
  model: Model,
  layers: readonly LinearLayer[],
  sampling: GramSampling,
  use: (layer: LinearLayer, grams: readonly CentredGram[]) => void | Promise<void>,
  { memory = MEMORY }: { readonly memory?: number } = {},
): Promise<void> {
  const planned = layers.map((layer) => plan(layer, sampling.calibration.count));
  for (const chunk of chunksOf(planned, memory)) {
    const matrices = await collectRows(model, chunk, sampling);
    for (const [index, { layer }] of chunk.entries()) {
      await use(layer, await gramsOf(layer, present(matrices[index], 'rows'), sampling));
    }
  }
}
