import type { Matrix } from '@onnx-compress/core';
import type { Products } from './products.js';
import { RidgeSystem } from './ridge-system.js';
import { SeparateSystems } from './separate-systems.js';
import { SmallSystems } from './small-systems.js';

/** Where the outputs of a layer get their inputs from. */
export interface Grouping {
  readonly groups: number;
  /** Numbers that each output is computed from. */
  readonly columns: number;
  /** Outputs of all groups together. */
  readonly outputs: number;
}

/** Ridge regression of the outputs of a layer on what it is fed with. */
export interface LinearSystem {
  /** Prepares `solve` for a ridge relative to the mean diagonal of the Gram matrix; false where there is no solution. */
  factor(ridge: number): Promise<boolean>;
  /** What `solve` needs to know of residuals, whatever the ridge. */
  project(residuals: Matrix): Promise<Float64Array>;
  /** The change of the weights that comes nearest to projected residuals, one row for each output. */
  solve(projected: Float64Array): Promise<Float64Array>;
  /** What weights make of inputs. */
  predict(inputs: Matrix, weights: Float64Array): Promise<Matrix>;
}

/** With at most so many columns, groups are solved here: asking onnxruntime for each would take longer. */
const FEW_COLUMNS = 32;

/** @param inputs rows to fit to, centred, as they are in `LayerProblem` */
export function linearSystem(inputs: Matrix, grouping: Grouping, products: Products): Promise<LinearSystem> {
  if (grouping.groups === 1) return RidgeSystem.of(inputs, products);
  if (grouping.columns <= FEW_COLUMNS) return SmallSystems.of(inputs, grouping, products);
  return SeparateSystems.of(inputs, grouping, products);
}
