import type { Layer } from '../../layers/layer.js';
import type { LayerKind } from '../targets/target-table.js';

/** Input channels up to which a convolution gains nothing on integers: those of images. */
const STEM_CHANNELS = 4;

/** The integer kernel for depthwise convolutions takes so many channels at once. */
const DEPTHWISE_CHANNELS = 16;

/** The kind of a layer whose weight is the right factor of its product; undefined for all others. */
export function layerKind({ node, inputIndex, weight, use, entries }: Layer): LayerKind | undefined {
  if (node.domain !== '' || inputIndex !== 1 || entries.some((entry) => entry.node !== node)) return undefined;
  if (node.opType === 'MatMul' || node.opType === 'Gemm') return use.kind === 'matrix' ? 'product' : undefined;
  return node.opType === 'Conv' ? convolutionKind(node.int('group', 1), weight.tensor.dims) : undefined;
}

function convolutionKind(groups: number, [filters = 0, channels = 0, ...kernel]: readonly number[]): LayerKind {
  if (groups > 1) return channels === 1 && kernel.length === 2 ? depthwiseKind(filters) : 'grouped';
  if (kernel.length !== 2) return 'sequence';
  if (channels <= STEM_CHANNELS) return 'stem';
  return kernel.every((size) => size === 1) ? 'pointwise' : 'dense';
}

function depthwiseKind(filters: number): LayerKind {
  return filters % DEPTHWISE_CHANNELS === 0 ? 'depthwise' : 'uneven';
}
