import { expect } from '@jest/globals';
import type { Model, Tensor } from '@onnx-compress/graph';
import type { ActivationScale } from '../../src/activations/activation-scale.js';
import { toOperators } from '../../src/emission/operators/to-operators.js';
import { fidelityDb, floatsOf } from './fidelity.js';
import { optimizedOperators } from './optimized-operators.js';
import { inStaticForm, planOf, type WrittenPlan } from './static-form.js';

/** A model in both formats, with what onnxruntime makes of the first. */
export interface BothFormats {
  readonly qdq: Model;
  readonly operators: Model;
  /** What onnxruntime really runs, without the layout changes of convolutions. */
  readonly optimized: readonly string[];
}

const LEAST_DB = 30;

interface FormatSettings {
  readonly leastDb?: number;
  readonly dataType?: ActivationScale['dataType'];
  readonly granularity?: 'per-channel' | 'per-tensor';
}

/**
 * Writes a plan in both formats. Both are close to the float model, optimized or not, and equal to each other.
 */
export async function bothFormats(
  original: Model,
  written: WrittenPlan,
  feeds: Readonly<Record<string, Tensor>>,
  { leastDb = LEAST_DB, dataType = 'uint8', granularity = 'per-channel' }: FormatSettings = {},
): Promise<BothFormats> {
  const { model: qdq } = await inStaticForm(original, written, feeds, { dataType, granularity });
  expect(await fidelityDb(original, qdq, { ...feeds })).toBeGreaterThan(leastDb);
  const operators = qdq.clone();
  await toOperators(operators, planOf(operators, { ...written, classes: [] }));
  expect(operators.validate()).toEqual([]);
  expect(await floatsOf(operators, { ...feeds })).toEqual(await floatsOf(qdq, { ...feeds }));
  expect(await fidelityDb(original, operators, { ...feeds })).toBeGreaterThan(leastDb);
  const optimized = (await optimizedOperators(qdq)).filter((name) => name !== 'Transpose');
  return { qdq, operators, optimized };
}

/** The operators of a model as it is written, sorted. */
export function writtenOperators(model: Model): readonly string[] {
  return [...model.nodes()].map(({ opType }) => opType).sort();
}
