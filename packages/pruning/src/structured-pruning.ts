import type { NodeSelection, Transform } from '@onnx-compress/core';
import type { Criterion } from './criteria/criterion.js';
import type { StructuredOptions } from './criteria/options.js';

/**
 * Structured pruning with the same ratio in every layer. The dependency engine is loaded when it runs.
 *
 * @param name the criterion's name, for reports
 */
export function structuredPruning(
  name: string,
  criterion: Criterion,
  options: StructuredOptions,
  nodes: NodeSelection,
): Transform {
  return {
    name: `prune ${name}`,
    exact: false,
    async run(model, context) {
      const { pruneModel } = await import('./prune-model.js');
      return pruneModel(model, criterion, options, nodes, context);
    },
  };
}
