import type { CompressModel } from '../compress-model.js';
import { measureModel } from '../pipeline/measured-model.js';
import { type LookOptions, withEngine } from '../pipeline/with-engine.js';
import type { ModelSize } from '../report/report.js';
import { diffNodes, type NodeDifference } from './nodes.js';
import { diffWeights, type WeightDifference } from './weights.js';

/** Difference of two models, as `compress diff --json` prints it. */
export interface ModelDiff {
  readonly schemaVersion: 1;
  readonly before: ModelSize;
  readonly after: ModelSize;
  /** Values assumed for symbolic dimensions when `macs` was counted. */
  readonly assumedDims: Readonly<Record<string, number>>;
  /** True where nodes and weights are alike in all that is compared. */
  readonly same: boolean;
  readonly nodes: NodeDifference;
  readonly weights: WeightDifference;
}

const isEmpty = (difference: NodeDifference | WeightDifference) =>
  [difference.added, difference.removed, difference.changed].every((list) => list.length === 0);

/**
 * Compares two models by the names of their nodes and weights: sizes, operators, connections, attributes, shapes,
 * values. Both must be as they were read.
 *
 * @example const { before, after, nodes, weights } = await diffModels(await readModel('a.onnx'), await readModel('b.onnx'));
 */
export function diffModels(before: CompressModel, after: CompressModel, options: LookOptions = {}): Promise<ModelDiff> {
  const { dims = {} } = options;
  return withEngine(options, async (engine, signal) => {
    const first = await measureModel(before, engine, dims, signal);
    const second = await measureModel(after, engine, dims, signal);
    const nodes = diffNodes(before.content, after.content);
    const weights = await diffWeights(before.content, after.content);
    return {
      schemaVersion: 1,
      before: first.size,
      after: second.size,
      assumedDims: { ...second.assumedDims, ...first.assumedDims },
      same: isEmpty(nodes) && isEmpty(weights),
      nodes,
      weights,
    };
  });
}
