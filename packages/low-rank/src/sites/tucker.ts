import type { ShapeTable } from '@onnx-compress/graph';
import { linearLayer } from '@onnx-compress/recovery';
import * as reasons from '../reasons.js';
import { type ConvolutionLayer, filters, ungroupedLayer } from './convolution-layer.js';
import { vectorsIn } from './known-sizes.js';
import { isRefusal } from './layer-weight.js';
import type { SiteOf, TuckerFactors, TuckerSite } from './site.js';
import { setWindow, windowAlong } from './window.js';
import { addFactor, insertBefore, replaceWeight } from './write-layers.js';

function writeConvolutions(layer: ConvolutionLayer, { inputs, core, outputs }: TuckerFactors): void {
  const { node, data, kernel } = layer;
  const [inputRank, outputRank] = [inputs.rows, core.rows];
  const [ones, point] = [kernel.map(() => 1), windowAlong(node, kernel, [])];
  const first = addFactor(layer, 'inputs', inputs, [inputRank, layer.inputs, ...ones]);
  const second = addFactor(layer, 'core', core, [outputRank, inputRank, ...kernel]);
  const third = addFactor(layer, 'outputs', outputs, [layer.outputs, outputRank, ...ones]);
  const reduced = insertBefore(node, 'inputs', [data, first], point);
  const window = windowAlong(node, kernel, [...kernel.keys()]);
  node.setInput(0, insertBefore(node, 'core', [reduced, second], window));
  setWindow(node, point);
  replaceWeight(node, 1, third);
}

function siteOf(layer: ConvolutionLayer, shapes: ShapeTable): TuckerSite {
  const { node, weight, outputs, inputs, positions } = layer;
  const after = vectorsIn(node.output(0), outputs, shapes);
  const before = vectorsIn(node.input(0), inputs, shapes);
  const parameters = outputs * inputs * positions;
  return {
    kind: 'tucker',
    node,
    weight,
    outputs,
    inputChannels: inputs,
    positions,
    dense: { parameters, macs: parameters * after },
    inputs: linearLayer(node),
    costAt: (inputRank, outputRank) => {
      const [first, behind] = [inputs * inputRank, inputRank * positions * outputRank + outputRank * outputs];
      return { parameters: first + behind, macs: first * before + behind * after };
    },
    read: () => filters(layer),
    write: async (factors) => writeConvolutions(layer, factors),
  };
}

/**
 * Conv with a kernel of several positions as three: 1x1 from the inputs to the input rank, at the resolution of the
 * input; one with the window of the node from there to the output rank; 1x1 to the outputs, with the bias.
 */
export const tucker: SiteOf = (node, shapes) => {
  const layer = ungroupedLayer(node);
  if (layer === undefined || isRefusal(layer)) return layer;
  return layer.positions === 1 ? { reason: reasons.onePosition() } : siteOf(layer, shapes);
};
