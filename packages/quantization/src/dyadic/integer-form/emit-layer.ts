import { computedTensor, elementCount, float32Tensor, memoryTensor, type Tensor } from '@onnx-compress/graph';
import { transpose2d } from '@onnx-compress/math';
import { layerRescaling } from '../exactness/rescaling.js';
import type { LayerSite } from '../reading/site.js';
import { IntegerNodes } from './integer-nodes.js';
import { rescale } from './rescale.js';
import { takePlace } from './take-place.js';

/** The zero point of weights as uint8, with which ConvInteger is three times as fast as with int8. */
const MIDDLE = 128;

/**
 * A layer as ConvInteger or MatMulInteger, an Add of the int32 bias, and what brings the sums to the scale of the
 * result; where that is floats, a DequantizeLinear of the sums.
 */
export async function emitLayer(site: LayerSite): Promise<void> {
  const { node, result, biasNode } = site;
  const { name } = site.floats;
  const rescaling = await layerRescaling(site);
  const sums = node.graph.uniqueName(`${name}_sums`);
  takePlace(result?.folded ?? (biasNode ? [biasNode] : []));
  node.setOutput(0, sums);
  const nodes = new IntegerNodes(node, result?.name ?? name);
  toInteger(site, nodes);
  const biased = addBias(site, sums, nodes);
  if (!result || !rescaling) return dequantize(site, biased, name, nodes);
  rescale(nodes, { integers: biased, dims: perChannel(site, rescaling.multipliers.length), ...rescaling }, result);
}

/** The shape of one number for each channel of the output. */
function perChannel({ node, weight }: LayerSite, channels: number): readonly number[] {
  const spatial = node.opType === 'ConvInteger' ? weight.tensor.dims.length - 2 : 0;
  return [channels, ...new Array<number>(spatial).fill(1)];
}

function toInteger({ node, data, weight }: LayerSite, nodes: IntegerNodes): void {
  const isConv = node.opType === 'Conv';
  const tensor = isConv ? aboveZero(weight.tensor) : upright(weight.tensor, node.int('transB', 0) !== 0);
  const zero = isConv ? [nodes.constant('middle', byte(MIDDLE))] : [];
  if (!isConv) for (const name of node.attributeNames()) node.removeAttribute(name);
  node.setOp(isConv ? 'ConvInteger' : 'MatMulInteger');
  node.setInputs([data.name, nodes.constant('weight', tensor), data.zeroPointName, ...zero]);
}

function byte(value: number): Tensor {
  return memoryTensor('uint8', [], Uint8Array.of(value));
}

/** The integers with 128 added: the highest bit of each byte turns around. */
function aboveZero(tensor: Tensor): Tensor {
  return computedTensor('uint8', tensor.dims, async () => (await tensor.bytes()).map((one) => one ^ MIDDLE));
}

function upright(tensor: Tensor, isTransposed: boolean): Tensor {
  const [rows = 1, columns = 1] = tensor.dims;
  if (!isTransposed) return tensor;
  return computedTensor('int8', [columns, rows], async () => transpose2d(await tensor.bytes(), rows, columns, 1));
}

function addBias(site: LayerSite, sums: string, nodes: IntegerNodes): string {
  if (site.bias === undefined) return sums;
  const { tensor } = site.bias;
  const count = elementCount(tensor.dims);
  const dims = count === 1 ? [] : perChannel(site, count);
  return nodes.add('Add', [
    sums,
    nodes.constant(
      'bias',
      computedTensor('int32', dims, () => tensor.bytes()),
    ),
  ]);
}

/** Floats of the sums, at the scale of the products. */
function dequantize({ data, weightScales }: LayerSite, sums: string, output: string, nodes: IntegerNodes): void {
  const scales = weightScales.map((scale) => scale * data.scale);
  const isOne = scales.length === 1;
  const scale = nodes.constant('scale', float32Tensor(isOne ? [] : [scales.length], scales));
  nodes.add('DequantizeLinear', [sums, scale], isOne ? {} : { axis: { int: -1 } }, output);
}
