import type { NodeSelection, Transform } from '@onnx-compress/core';
import type { Criterion } from './criteria/criterion.js';
import type { StructuredOptions } from './criteria/options.js';

/**
 * Structured pruning by the scores of a criterion. The dependency engine is loaded when it runs.
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
      const { withOpenFunctions } = await import('./surgery/open-functions.js');
      return withOpenFunctions(model, nodes, context, (open, selected) =>
        pruneModel(open, criterion, options, selected, context),
      );
    },
  };
}
