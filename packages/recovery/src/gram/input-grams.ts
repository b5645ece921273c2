import type { Context, Matrix } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import type { LinearLayer } from '../layers/linear-layer.js';
import type { RowSampling } from '../rows/wanted.js';
import { type CentredGram, centredGram } from './centred-gram.js';
import { inputRows } from './input-rows.js';

/** Where rows come from, and what multiplies them. */
export type GramSampling = RowSampling & Pick<Context, 'gemm'>;

/**
 * The Gram matrices of the rows of a layer, one for each of its groups.
 *
 * @throws CancelledError when the signal fires
 */
export async function gramsOfRows(
  { columns, contraction }: LinearLayer,
  rows: Matrix,
  work: Pick<Context, 'gemm' | 'signal'>,
): Promise<readonly CentredGram[]> {
  const grams: CentredGram[] = [];
  for (let group = 0; group < contraction.groups; group++) {
    grams.push(await centredGram(rows, work, { first: group * columns, count: columns }));
  }
  return grams;
}

/**
 * Gram matrices of what layers are fed with, one for each group of a layer, see `inputRows`. The Gram matrices of one
 * layer exist at a time.
 *
 * @param use gets the layers in their order
 * @param options `memory` for rows, in bytes; 192 MB when left out
 * @throws CancelledError when the signal fires
 */
export async function inputGrams(
  model: Model,
  layers: readonly LinearLayer[],
  sampling: GramSampling,
  use: (layer: LinearLayer, grams: readonly CentredGram[]) => void | Promise<void>,
  options: { readonly memory?: number } = {},
): Promise<void> {
  await inputRows(
    model,
    layers,
    sampling,
    async (layer, rows) => use(layer, await gramsOfRows(layer, rows, sampling)),
    options,
  );
}
