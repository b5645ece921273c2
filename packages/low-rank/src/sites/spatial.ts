import type { Matrix } from '@onnx-compress/core';
import { dimsReader, present, readFloats, type ShapeTable } from '@onnx-compress/graph';
import { type Pause, paced, type Steps } from '@onnx-compress/math';
import { transposed } from '../engine/paced-copies.js';
import * as reasons from '../reasons.js';
import { type ConvolutionLayer, ungroupedLayer } from './convolution-layer.js';
import { vectorsIn } from './known-sizes.js';
import { isRefusal } from './layer-weight.js';
import type { Factors, MatrixSite, Refusal, SiteOf } from './site.js';
import { setWindow, windowAlong } from './window.js';
import { addFactor, insertBefore, replaceWeight } from './write-layers.js';

interface PlaneLayer extends ConvolutionLayer {
  readonly height: number;
  readonly width: number;
}

function planeLayer(layer: ConvolutionLayer): PlaneLayer | Refusal {
  const [height = 1, width = 1, ...others] = layer.kernel;
  if (layer.kernel.length === 1 || others.length > 0) return { reason: reasons.notTwoDimensional(layer.kernel.length) };
  return layer.positions === 1 ? { reason: reasons.onePosition() } : { ...layer, height, width };
}

/** Blocks of numbers in rows and columns, with rows and columns exchanged. */
function* exchanging(values: Float32Array, rows: number, columns: number, block: number): Steps<Float32Array> {
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const from = (row * columns + column) * block;
      for (let at = 0; at < block; at++) result[(column * rows + row) * block + at] = values[from + at] ?? 0;
    }
    yield;
  }
  return result;
}

const exchanged = (values: Float32Array, rows: number, columns: number, block: number, pause: Pause) =>
  paced(exchanging(values, rows, columns, block), pause);

/** [outputs][inputs, vertical][horizontal] becomes [inputs, vertical][outputs][horizontal]. */
async function readMatrix(layer: PlaneLayer, pause: Pause): Promise<Matrix> {
  const { weight, outputs, inputs, height, width } = layer;
  const [rows, columns] = [inputs * height, outputs * width];
  return { rows, columns, values: await exchanged(await readFloats(weight.tensor), outputs, rows, width, pause) };
}

async function writeConvolutions(layer: PlaneLayer, { left, right }: Factors, pause: Pause): Promise<void> {
  const { node, data, outputs, inputs, kernel, height, width } = layer;
  const rank = right.rows;
  const horizontal = await exchanged(right.values, rank, outputs, width, pause);
  const first = await transposed(left, pause);
  const vertical = addFactor(layer, 'vertical', first, [rank, inputs, height, 1]);
  const window = windowAlong(node, kernel, [0]);
  const between = insertBefore(node, 'vertical', [data, vertical], window);
  setWindow(node, windowAlong(node, kernel, [1]));
  node.setInput(0, between);
  const second = { rows: outputs, columns: rank * width, values: horizontal };
  replaceWeight(node, 1, addFactor(layer, 'horizontal', second, [outputs, rank, 1, width]));
}

/** Vectors in what the vertical convolution computes, and in the output. */
function vectorsOf({ node, outputs }: PlaneLayer, shapes: ShapeTable): { between: number; output: number } {
  const output = vectorsIn(node.output(0), outputs, shapes);
  const dimsOf = dimsReader(shapes);
  const [before, after] = [dimsOf(node.input(0))?.at(-1), dimsOf(node.output(0))?.at(-1)];
  return { between: before && after ? (output / after) * before : output, output };
}

function siteOf(layer: PlaneLayer, shapes: ShapeTable): MatrixSite {
  const { node, weight, outputs, inputs, positions, height, width } = layer;
  const vectors = vectorsOf(layer, shapes);
  const [rows, columns] = [inputs * height, outputs * width];
  const parameters = outputs * inputs * positions;
  return {
    kind: 'matrix',
    node,
    weight,
    groups: 1,
    rows,
    columns,
    dense: { parameters, macs: parameters * vectors.output },
    inputs: undefined,
    costAt: (rank) => ({
      parameters: rank * (rows + columns),
      macs: rank * (rows * vectors.between + columns * vectors.output),
    }),
    read: async (pause) => [await readMatrix(layer, pause)],
    write: ([factors], pause) => writeConvolutions(layer, present(factors, 'factors'), pause),
  };
}

/**
 * Conv over height and width as a vertical one with `rank` outputs and a horizontal one, which has the bias. Each has
 * the stride, the padding and the dilation of its axis; the first runs at output height and input width.
 *
 * Rows of the matrix are input channels, and in each the vertical positions of the kernel; columns are outputs, and in
 * each the horizontal positions.
 */
export const spatial: SiteOf = (node, shapes) => {
  const layer = ungroupedLayer(node);
  if (layer === undefined || isRefusal(layer)) return layer;
  const plane = planeLayer(layer);
  return isRefusal(plane) ? plane : siteOf(plane, shapes);
};
