import type { Context } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import type { Prunable } from '../analysis/prunable.js';
import type { StructuredOptions } from '../criteria/options.js';
import type { FindPrunable } from '../surgery/pruned-copy.js';

/** What a budget is met for. */
export interface BudgetWork {
  readonly model: Model;
  readonly prunable: Prunable;
  readonly options: StructuredOptions;
  readonly find: FindPrunable;
  readonly context: Context;
}
