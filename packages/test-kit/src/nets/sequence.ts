import { type Model, type NodeSpec, present, type Tensor } from '@onnx-compress/graph';
import { buildModel } from '../build-model.js';
import { uniformWeights } from './uniform-weights.js';

/** One layer of a feed-forward network; a Relu follows all but the last fully connected one. */
export type LayerSpec =
  | { readonly kind: 'conv'; readonly channels: number; readonly kernel: number; readonly pad: number }
  | { readonly kind: 'relu' }
  | { readonly kind: 'pool' }
  | { readonly kind: 'flatten' }
  | { readonly kind: 'linear'; readonly features: number };

/** A network as its paper describes it. */
export interface SequenceSpec {
  /** Channels, height, width of one image. */
  readonly image: readonly [channels: number, height: number, width: number];
  readonly layers: readonly LayerSpec[];
  /** Of the random weights. */
  readonly seed: number;
}

/** What has been written so far. */
interface Draft {
  readonly nodes: NodeSpec[];
  readonly weights: Record<string, Tensor>;
  /** Name and shape of the last value, without the batch axis. */
  value: string;
  dims: readonly number[];
}

/** Random weights of the size that keeps the signal's variance through a Relu (He et al. 2015), and a bias. */
function addWeights(draft: Draft, name: string, dims: readonly number[], seed: number): readonly string[] {
  const fanIn = dims.slice(1).reduce((product, size) => product * size, 1);
  draft.weights[`${name}.weight`] = uniformWeights(dims, seed, Math.sqrt(2 / fanIn));
  draft.weights[`${name}.bias`] = uniformWeights(dims.slice(0, 1), seed + 1, 0.01);
  return [`${name}.weight`, `${name}.bias`];
}

/** How each kind of layer is written; returns the node's operator, inputs and attributes, and the new shape. */
function nodeOf(draft: Draft, layer: LayerSpec, name: string, seed: number): readonly [NodeSpec, readonly number[]] {
  const [channels = 1, height = 1, width = 1] = draft.dims;
  const spec = { name, inputs: [draft.value], outputs: [`${name}.out`] };
  switch (layer.kind) {
    case 'conv': {
      const { kernel, pad } = layer;
      const inputs = [draft.value, ...addWeights(draft, name, [layer.channels, channels, kernel, kernel], seed)];
      const size = (extent: number) => extent + 2 * pad - kernel + 1;
      const attributes = { kernel_shape: { ints: [kernel, kernel] }, pads: { ints: [pad, pad, pad, pad] } };
      return [{ ...spec, opType: 'Conv', inputs, attributes }, [layer.channels, size(height), size(width)]];
    }
    case 'linear': {
      const inputs = [draft.value, ...addWeights(draft, name, [layer.features, channels], seed)];
      return [{ ...spec, opType: 'Gemm', inputs, attributes: { transB: { int: 1 } } }, [layer.features]];
    }
    case 'pool': {
      const attributes = { kernel_shape: { ints: [2, 2] }, strides: { ints: [2, 2] } };
      return [{ ...spec, opType: 'MaxPool', attributes }, [channels, height / 2, width / 2]];
    }
    case 'flatten':
      return [{ ...spec, opType: 'Flatten' }, [channels * height * width]];
    case 'relu':
      return [{ ...spec, opType: 'Relu' }, draft.dims];
  }
}

/** Builds a feed-forward network of one image input `image` and one output `scores`, with seeded random weights. */
export function buildSequence({ image, layers, seed }: SequenceSpec): Model {
  const draft: Draft = { nodes: [], weights: {}, value: 'image', dims: image };
  for (const [index, layer] of layers.entries()) {
    const [node, dims] = nodeOf(draft, layer, `${layer.kind}${index + 1}`, seed * 1000 + 2 * index);
    const isLast = index === layers.length - 1;
    draft.nodes.push(isLast ? { ...node, outputs: ['scores'] } : node);
    [draft.value, draft.dims] = [present(node.outputs[0], 'output'), dims];
  }
  return buildModel({
    inputs: { image: ['float32', ['batch', ...image]] },
    outputs: { scores: ['float32', ['batch', ...draft.dims]] },
    weights: draft.weights,
    nodes: draft.nodes,
  });
}
