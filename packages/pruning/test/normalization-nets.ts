import { float32Tensor, type Model, type NodeSpec, present, readFloats, type Tensor } from '@onnx-compress/graph';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';

/** Weights of a net whose hidden channels are normalized; each has one axis along them. */
export type NormalizationWeights = Readonly<Record<string, Tensor>>;

/** The axis of each weight that runs along the hidden channels. */
const CHANNEL_AXES: Readonly<Record<string, number>> = {
  ...{ first: 1, skip: 1, bias: 0, gamma: 0, beta: 0, second: 0 },
};

const [INPUTS, OUTPUTS] = [6, 4];

export function normalizationWeights(hidden: number): NormalizationWeights {
  const dims: Readonly<Record<string, readonly number[]>> = {
    ...{ first: [INPUTS, hidden], skip: [INPUTS, hidden], bias: [hidden], gamma: [hidden], beta: [hidden] },
    second: [hidden, OUTPUTS],
  };
  return Object.fromEntries(Object.entries(dims).map(([name, shape], index) => [name, randomFloats(shape, index + 1)]));
}

/** The same weights with only these hidden channels. */
export async function keepHidden(
  weights: NormalizationWeights,
  keep: readonly number[],
): Promise<NormalizationWeights> {
  const kept = Object.entries(weights).map(async ([name, tensor]) => {
    const axis = present(CHANNEL_AXES[name], name);
    const [values, columns] = [await readFloats(tensor), present(tensor.dims.at(-1), 'columns')];
    const dims = tensor.dims.map((size, index) => (index === axis ? keep.length : size));
    const stays = (index: number) =>
      keep.includes(axis === 1 || dims.length === 1 ? index % columns : Math.floor(index / columns));
    return [
      name,
      float32Tensor(
        dims,
        values.filter((_, index) => stays(index)),
      ),
    ] as const;
  });
  return Object.fromEntries(await Promise.all(kept));
}

/** A normalization of the value `hidden`, and of the sum with `other` where it has a skip connection. */
export interface Normalization {
  readonly opset?: number;
  readonly nodes: readonly NodeSpec[];
}

const epsilon = { epsilon: { float: 1e-5 } };
const one = (opType: string, inputs: readonly string[], domain = ''): readonly NodeSpec[] => [
  { opType, domain, inputs, outputs: ['normal'], attributes: epsilon },
];

export const NORMALIZATIONS: Readonly<Record<string, Normalization>> = {
  LayerNormalization: { nodes: one('LayerNormalization', ['hidden', 'gamma', 'beta']) },
  RMSNormalization: { opset: 23, nodes: one('RMSNormalization', ['hidden', 'gamma']) },
  SimplifiedLayerNormalization: { nodes: one('SimplifiedLayerNormalization', ['hidden', 'gamma']) },
  SkipLayerNormalization: {
    nodes: one('SkipLayerNormalization', ['hidden', 'other', 'gamma', 'beta', 'bias'], 'com.microsoft'),
  },
  SkipSimplifiedLayerNormalization: {
    nodes: one('SkipSimplifiedLayerNormalization', ['hidden', 'other', 'gamma', 'bias'], 'com.microsoft'),
  },
  'ReduceMean, Sub, Pow, ReduceMean, Sqrt, Div': {
    nodes: [
      { opType: 'ReduceMean', inputs: ['hidden'], outputs: ['mean'], attributes: { axes: { ints: [-1] } } },
      { opType: 'Sub', inputs: ['hidden', 'mean'], outputs: ['centred'] },
      { opType: 'Pow', inputs: ['centred', 'two'], outputs: ['squared'] },
      { opType: 'ReduceMean', inputs: ['squared'], outputs: ['variance'], attributes: { axes: { ints: [-1] } } },
      { opType: 'Add', inputs: ['variance', 'small'], outputs: ['shifted'] },
      { opType: 'Sqrt', inputs: ['shifted'], outputs: ['deviation'] },
      { opType: 'Div', inputs: ['centred', 'deviation'], outputs: ['whitened'] },
      { opType: 'Mul', inputs: ['whitened', 'gamma'], outputs: ['scaled'] },
      { opType: 'Add', inputs: ['scaled', 'beta'], outputs: ['normal'] },
    ],
  },
};

/** x -> hidden channels -> normalization -> y. */
export function normalizationNet({ opset = 17, nodes }: Normalization, weights: NormalizationWeights): Model {
  const all: readonly NodeSpec[] = [
    { opType: 'MatMul', inputs: ['x', 'first'], outputs: ['product'] },
    { opType: 'Relu', inputs: ['product'], outputs: ['hidden'] },
    { opType: 'MatMul', inputs: ['x', 'skip'], outputs: ['other'] },
    ...nodes,
    { opType: 'MatMul', inputs: ['normal', 'second'], outputs: ['y'] },
  ];
  const read = new Set(all.flatMap(({ inputs }) => inputs));
  const constants = { two: float32Tensor([], [2]), small: float32Tensor([], [1e-5]) };
  const used = Object.entries({ ...weights, ...constants }).filter(([name]) => read.has(name));
  return buildModel({
    opset,
    opsets: { 'com.microsoft': 1 },
    inputs: { x: ['float32', [2, 5, INPUTS]] },
    outputs: ['y'],
    weights: Object.fromEntries(used),
    nodes: all.filter(({ outputs }) => outputs.some((name) => name === 'y' || read.has(name))),
  });
}
