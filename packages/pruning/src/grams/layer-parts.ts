import { type Context, yieldToEventLoop } from '@onnx-compress/core';
import { type CentredGram, type LinearLayer, readWeightMatrix } from '@onnx-compress/recovery';
import { activationNotFinite, scoreNotFinite } from '../messages.js';
import type { Weighing } from './contributions.js';
import { invertWithRidge } from './ridge.js';

/** Part of a layer with the Gram matrix of what it is fed with. */
export interface LayerPart extends Weighing {
  /** The inverse of the Gram matrix with a ridge, computed when it is first asked for; undefined where that is zero. */
  inverse(): Promise<Float64Array | undefined>;
}

function checkWeights({ node, weight, contraction, inputs, columns }: LinearLayer, matrix: Float64Array): void {
  const broken = matrix.findIndex((value) => !Number.isFinite(value));
  if (broken < 0) return;
  const [row, column] = [Math.floor(broken / columns), broken % columns];
  const channel = contraction.outputAxis === 0 ? row : Math.floor(column / (columns / inputs));
  throw scoreNotFinite(node.label, weight.name, channel);
}

function checkInputs({ node, data, inputs, columns }: LinearLayer, { products }: CentredGram, part: number): void {
  for (let column = 0; column < columns; column++) {
    if (Number.isFinite(products[column * (columns + 1)])) continue;
    const channel = part * inputs + Math.floor(column / (columns / inputs));
    throw activationNotFinite(node.label, data.name, channel);
  }
}

/**
 * The parts of a layer, one for each group of its convolution.
 *
 * @throws StepError where a weight or an input is not finite
 */
export async function layerParts(
  layer: LinearLayer,
  grams: readonly CentredGram[],
  { signal }: Pick<Context, 'signal'>,
): Promise<readonly LayerPart[]> {
  const matrix = await readWeightMatrix(layer);
  checkWeights(layer, matrix);
  const length = matrix.length / grams.length;
  const pause = () => yieldToEventLoop(signal);
  return grams.map((gram, index) => {
    checkInputs(layer, gram, index);
    let inverse: Promise<Float64Array | undefined> | undefined;
    return {
      columns: layer.columns,
      weights: matrix.subarray(index * length, (index + 1) * length),
      products: gram.products,
      inverse: () => {
        inverse ??= invertWithRidge(gram.products, gram.columns, gram.rows, pause);
        return inverse;
      },
    };
  });
}
