import { elementCount, type Node, type ShapeTable, weightBehind } from '@onnx-compress/graph';
import { linearLayer } from '@onnx-compress/recovery';
import * as reasons from '../reasons.js';
import { type ConvolutionLayer, convolutionLayer, filters } from './convolution-layer.js';
import { split, stacked } from './float-matrix.js';
import { vectorsIn } from './known-sizes.js';
import { isRefusal } from './layer-weight.js';
import type { Cost, Factors, MatrixSite, SiteOf } from './site.js';
import { setWindow, windowAlong } from './window.js';
import { addFactor, insertBefore, replaceWeight } from './write-layers.js';

function writeConvolutions(layer: ConvolutionLayer, factors: readonly Factors[]): void {
  const { node, data, groups, inputs, kernel } = layer;
  const first = stacked(factors.map(({ right }) => right));
  const second = stacked(factors.map(({ left }) => left));
  const group = groups === 1 ? {} : { group: { int: groups } };
  const window = windowAlong(node, kernel, [...kernel.keys()]);
  const weight = addFactor(layer, 'right', first, [first.rows, inputs, ...kernel]);
  const reduced = insertBefore(node, `rank${second.columns}`, [data, weight], { ...group, ...window });
  setWindow(node, windowAlong(node, kernel, []));
  node.setInput(0, reduced);
  replaceWeight(node, 1, addFactor(layer, 'left', second, [second.rows, second.columns, ...kernel.map(() => 1)]));
}

function siteOf(layer: ConvolutionLayer, shapes: ShapeTable): MatrixSite {
  const { node, weight, groups, outputs, inputs, positions } = layer;
  const vectors = vectorsIn(node.output(0), outputs, shapes);
  const [rows, columns] = [outputs / groups, inputs * positions];
  const costOf = (parameters: number): Cost => ({ parameters, macs: parameters * vectors });
  return {
    kind: 'matrix',
    node,
    weight,
    groups,
    rows,
    columns,
    dense: costOf(outputs * columns),
    inputs: linearLayer(node),
    costAt: (rank) => costOf(groups * rank * (rows + columns)),
    read: async () => split(await filters(layer), groups),
    write: async (factors) => writeConvolutions(layer, factors),
  };
}

/**
 * Conv of any number of spatial axes as one with `rank` outputs, which has the window of the node, and a 1x1 Conv,
 * which has its bias. Groups are factored one by one: both convolutions have as many.
 *
 * Rows of the matrix of a group are its outputs, columns its input channels, and in each the kernel positions.
 */
export const convolution: SiteOf = (node, shapes) => {
  const layer = convolutionLayer(node);
  return layer === undefined || isRefusal(layer) ? layer : siteOf(layer, shapes);
};

function isPointwise(node: Node): boolean {
  const kernel = weightBehind(node.input(1))?.tensor.dims.slice(2);
  return kernel !== undefined && elementCount(kernel) === 1;
}

/** As `convolution`, for kernels of one position only: products of matrices. */
export const pointwise: SiteOf = (node, shapes) => (isPointwise(node) ? convolution(node, shapes) : undefined);

/** As `convolution`, for kernels of several positions only. */
export const windowed: SiteOf = (node, shapes) => {
  const found = convolution(node, shapes);
  return found !== undefined && isPointwise(node) ? { reason: reasons.onePosition() } : found;
};
