import type { LayerConstant, LayerCosts, LayerNonZero, Model, Node } from '@onnx-compress/graph';

/** One operator type: how many nodes, and what their layers weigh and multiply. */
export interface OperatorSize {
  readonly opType: string;
  readonly nodes: number;
  readonly parameters: number;
  readonly weightBytes: number;
  readonly macs: number;
  readonly flops: number;
}

/** One layer: a node with constants of its own or with multiply-accumulates. */
export interface LayerSize {
  readonly node: string;
  readonly opType: string;
  /** All its nodes, where a bias or scales are applied by nodes of their own. */
  readonly nodes: readonly string[];
  /** Elements of all its constants. */
  readonly parameters: number;
  /** Those without biases, normalization, scales, shapes. */
  readonly weightCount: number;
  readonly biases: number;
  readonly normalization: number;
  readonly weightBytes: number;
  /** Null where its shapes are unknown. */
  readonly macs: number | null;
  /** Exactly twice the multiply-accumulates. */
  readonly flops: number | null;
  /** Null where the stored form does not tell zeros apart. */
  readonly nonZeroWeights: number | null;
  /** Multiply-accumulates if zeros were skipped: no measure of speed. */
  readonly effectiveMacs: number | null;
  readonly weights: readonly LayerConstant[];
}

const operatorName = ({ domain, opType }: Node) => (domain === '' ? opType : `${domain}.${opType}`);

function layerOf(layer: LayerCosts, nonZero: LayerNonZero | undefined): LayerSize {
  const { label, opType, nodes, parameters, weights, biases, normalization, weightBytes, macs, constants } = layer;
  return {
    node: label,
    opType,
    nodes,
    parameters,
    weightCount: weights,
    biases,
    normalization,
    weightBytes,
    macs: macs ?? null,
    flops: macs === undefined ? null : 2 * macs,
    nonZeroWeights: nonZero === undefined ? weights : (nonZero.nonZeroWeights ?? null),
    effectiveMacs: (nonZero === undefined ? macs : nonZero.effectiveMacs) ?? null,
    weights: constants,
  };
}

/** The layers, those with the most bytes first, then those with the most multiply-accumulates. */
export function layerSizes(
  layers: readonly LayerCosts[],
  nonZero: ReadonlyMap<LayerCosts, LayerNonZero>,
): readonly LayerSize[] {
  return layers
    .map((layer) => layerOf(layer, nonZero.get(layer)))
    .sort((a, b) => b.weightBytes - a.weightBytes || (b.macs ?? 0) - (a.macs ?? 0));
}

/** Finds the zero counts of each layer; both lists are in the order of execution, the second without some. */
export function matchNonZero(
  layers: readonly LayerCosts[],
  counts: readonly LayerNonZero[],
): ReadonlyMap<LayerCosts, LayerNonZero> {
  const withWeights = layers.filter(({ weights }) => weights > 0);
  return new Map(
    withWeights.flatMap((layer, index): readonly (readonly [LayerCosts, LayerNonZero])[] => {
      const count = counts[index];
      return count === undefined ? [] : [[layer, count]];
    }),
  );
}

/** Operator types, those with the most weight bytes first. */
export function operatorSizes(model: Model, layers: readonly LayerSize[]): readonly OperatorSize[] {
  const sizes = new Map<string, OperatorSize>();
  const add = (opType: string, more: Partial<OperatorSize>) => {
    const known = sizes.get(opType);
    const macs = (known?.macs ?? 0) + (more.macs ?? 0);
    sizes.set(opType, {
      opType,
      nodes: (known?.nodes ?? 0) + (more.nodes ?? 0),
      parameters: (known?.parameters ?? 0) + (more.parameters ?? 0),
      weightBytes: (known?.weightBytes ?? 0) + (more.weightBytes ?? 0),
      macs,
      flops: 2 * macs,
    });
  };
  for (const node of model.nodes()) add(operatorName(node), { nodes: 1 });
  for (const { opType, parameters, weightBytes, macs } of layers) {
    add(opType, { parameters, weightBytes, macs: macs ?? 0 });
  }
  return [...sizes.values()].sort((a, b) => b.weightBytes - a.weightBytes || b.macs - a.macs || b.nodes - a.nodes);
}
