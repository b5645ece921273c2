import { memoryTensor, present, weightBehind } from '@onnx-compress/graph';
import { buildModel } from '@onnx-compress/test-kit';
import type { Amount } from '../src/ranks/convex-hull.js';
import type { Choice, Choices, Ladder } from '../src/ranks/ladder.js';
import type { Spectrum } from '../src/ranks/spectrum.js';
import type { MatrixSite, TuckerSite } from '../src/sites/site.js';

function layer(label: string) {
  const model = buildModel({
    inputs: { x: ['float32', [1, 1]] },
    outputs: ['y'],
    weights: { w: memoryTensor('float32', [1, 1], new Uint8Array(4)) },
    nodes: [{ opType: 'MatMul', name: label, inputs: ['x', 'w'], outputs: ['y'] }],
  });
  const node = present(model.graph.nodes[0], 'node');
  return { node, weight: present(weightBehind(node.input(1)), 'weight'), inputs: undefined };
}

const unused = () => {
  throw new Error('ranks are chosen without the weights');
};

/** A layer with a rows x columns weight for each group, multiplied with so many vectors. */
export function matrixSite(rows: number, columns: number, { groups = 1, vectors = 1, label = 'fc' } = {}): MatrixSite {
  const cost = (parameters: number) => ({ parameters, macs: parameters * vectors });
  return {
    kind: 'matrix',
    ...layer(label),
    groups,
    rows,
    columns,
    dense: cost(groups * rows * columns),
    costAt: (rank) => cost(groups * rank * (rows + columns)),
    read: unused,
    write: unused,
  };
}

/** A convolution over so many positions of the output. */
export function tuckerSite(outputs: number, inputChannels: number, positions: number, label = 'conv'): TuckerSite {
  const cost = (parameters: number) => ({ parameters, macs: parameters * 49 });
  return {
    kind: 'tucker',
    ...layer(label),
    outputs,
    inputChannels,
    positions,
    dense: cost(outputs * inputChannels * positions),
    costAt: (inputRank, outputRank) =>
      cost(inputRank * inputChannels + inputRank * outputRank * positions + outputRank * outputs),
    read: unused,
    write: unused,
  };
}

/** Squares that fall from 1 with the power of the rank. */
export function falling(length: number, power: number): Spectrum {
  const values = Float64Array.from({ length }, (_, index) => (index + 1) ** -power);
  return { values, total: values.reduce((sum, value) => sum + value, 0) };
}

const anySite = matrixSite(1, 1);

/** A ladder with costs and losses as they are given. */
export function ladderWith(dense: number, choices: readonly (readonly [cost: number, loss: number])[]): Ladder {
  const cost = (value: number) => ({ parameters: value, macs: 3 * value });
  return {
    site: anySite,
    spectra: [],
    dense: cost(dense),
    breakEven: choices.length,
    choices: choices.map(([value, loss], index) => ({ ranks: [index + 1], cost: cost(value), loss })),
  };
}

export interface Outcome {
  readonly cost: number;
  readonly damage: number;
}

/** What choices cost and lose together, over layers that have a choice. */
export function outcomeOf(ladders: readonly Ladder[], choices: Choices, amount: Amount): Outcome {
  let [cost, damage] = [0, 0];
  for (const [index, { dense, weight = 1, choices: all }] of ladders.entries()) {
    if (all.length === 0) continue;
    const choice = choices[index];
    cost += (choice?.cost ?? dense)[amount];
    damage += weight * (choice?.loss ?? 0);
  }
  return { cost, damage };
}

/** Every combination of what the layers may be. */
export function allChoices(ladders: readonly Ladder[]): readonly Choices[] {
  let combinations: readonly Choices[] = [[]];
  for (const { choices } of ladders) {
    const options: readonly (Choice | undefined)[] = [undefined, ...choices];
    combinations = combinations.flatMap((before) => options.map((option) => [...before, option]));
  }
  return combinations;
}
