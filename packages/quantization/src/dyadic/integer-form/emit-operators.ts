import { elementCount, int64Tensor, memoryTensor } from '@onnx-compress/graph';
import { partRescaling, poolRescaling, productRescaling, sumMultipliers } from '../exactness/rescaling.js';
import type { Dyadic } from '../number/dyadic.js';
import type { BinarySite, IntegerValue, JoinSite, MoveSite, PoolSite } from '../reading/site.js';
import type { IntegerNodes } from './integer-nodes.js';
import { rescale } from './rescale.js';
import { inPlaceOf, takePlace } from './take-place.js';

const SCALAR = { dims: [] } as const;

/** Kernels that add the zero point to floats, before they round. */
const ROUNDS_WITH_ZERO = { ...SCALAR, roundsWithZero: true } as const;

/** Mul of two values: their products are rescaled. */
export function emitProduct(site: BinarySite): void {
  const { node, left, right, result } = site;
  inPlaceOf(node, result, (nodes) => {
    const factors = [left, right].map(({ name, zeroPoint }) => nodes.centred(name, zeroPoint, 'int32'));
    rescale(nodes, { ...productRescaling(site), ...ROUNDS_WITH_ZERO, integers: nodes.add('Mul', factors) }, result);
  });
}

/** Add of two values: each is multiplied by its own numerator, for one shift. */
export function emitSum(site: BinarySite): void {
  const { node, left, right, result } = site;
  const [ofLeft, ofRight] = sumMultipliers(site);
  const shift = Math.max(0, ofLeft.shift, ofRight.shift);
  const numeratorOf = ({ numerator, shift: own }: Dyadic) => BigInt(numerator) << BigInt(shift - own);
  inPlaceOf(node, result, (nodes) => {
    const term = ({ name, zeroPoint }: IntegerValue, multiplier: Dyadic) => {
      const factor = nodes.int64('numerator', [numeratorOf(multiplier)], []);
      return nodes.add('Mul', [nodes.centred(name, zeroPoint, 'int64'), factor]);
    };
    const integers = nodes.add('Add', [term(left, ofLeft), term(right, ofRight)]);
    const bound = 255 * Number(numeratorOf(ofLeft) + numeratorOf(ofRight));
    rescale(nodes, { integers, multipliers: [2 ** -shift], bounds: [bound], ...ROUNDS_WITH_ZERO }, result);
  });
}

/** The node itself, on integers as they are. */
export function emitMove({ node, data, results }: MoveSite): void {
  node.setInput(0, data.name);
  for (const [index, { name, folded }] of results.entries()) {
    takePlace(folded);
    node.setOutput(index, name);
  }
}

/** Concat and Where: parts at another scale are rescaled first. */
export function emitJoin(site: JoinSite): void {
  const { node, parts, result } = site;
  inPlaceOf(node, result, (nodes) => {
    const integers = parts.map((part) => (isSame(part, result) ? part.name : rescaledPart(nodes, part, site)));
    if (node.opType === 'Where') nodes.add('Where', [...node.inputs.slice(0, 1), ...integers], {}, result.name);
    else nodes.add('Concat', integers, { axis: { int: node.int('axis', 0) } }, result.name);
  });
}

const isSame = (part: IntegerValue, result: IntegerValue) =>
  part.scale === result.scale && part.zeroPoint === result.zeroPoint;

function rescaledPart(nodes: IntegerNodes, part: IntegerValue, site: JoinSite): string {
  const name = site.node.graph.uniqueName(`${part.name}_rescaled`);
  const integers = nodes.centred(part.name, part.zeroPoint, 'int32');
  rescale(nodes, { ...partRescaling(part, site), ...SCALAR, integers }, { ...site.result, name });
  return name;
}

/** Averages as sums that are rescaled, the number of positions being a part of the multiplier. */
export function emitPool(site: PoolSite): void {
  const { node, result } = site;
  inPlaceOf(node, result, (nodes) => {
    const rescaling = poolRescaling(site);
    if (node.opType !== 'AveragePool')
      rescale(nodes, { ...rescaling, ...SCALAR, integers: wholeSums(site, nodes) }, result);
    else {
      const integers = windowSums(site, nodes);
      rescale(nodes, { ...rescaling, ...ROUNDS_WITH_ZERO, integers, dims: site.windows }, result);
    }
  });
}

function wholeSums({ data, dims }: PoolSite, nodes: IntegerNodes): string {
  const spatial = Array.from(dims.keys()).slice(2);
  const axes = nodes.constant('axes', int64Tensor([spatial.length], spatial));
  return nodes.add('ReduceSum', [nodes.centred(data.name, data.zeroPoint, 'int32'), axes]);
}

/** A convolution of each channel with ones; its padding is the zero point. */
function windowSums({ node, data, dims }: PoolSite, nodes: IntegerNodes): string {
  const [, channels = 1] = dims;
  const kernel = node.ints('kernel_shape') ?? [];
  const shape = [channels, 1, ...kernel];
  const ones = nodes.constant('ones', memoryTensor('uint8', shape, new Uint8Array(elementCount(shape)).fill(1)));
  const strides = { ints: [...(node.ints('strides') ?? kernel.map(() => 1))] };
  const pads = { ints: [...(node.ints('pads') ?? kernel.flatMap(() => [0, 0]))] };
  return nodes.add('ConvInteger', [data.name, ones, data.zeroPointName], { group: { int: channels }, strides, pads });
}
