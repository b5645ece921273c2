import {
  type Context,
  type Diagnostic,
  type NodeSelection,
  nextTurn,
  type StepResult,
  type Transform,
} from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import { type CodeOptions, codeOptions } from '../../src/codes/code-options.js';
import { codeTransform } from '../../src/codes/encode-model.js';
import type { CodedWeight, WeightCode } from '../../src/codes/weight-code.js';
import { quietContext } from './context.js';

/** What a code made of a copy of a model. */
export interface CodedModel extends StepResult {
  readonly model: Model;
  readonly diagnostics: readonly Diagnostic[];
}

interface CodedSettings extends Partial<NodeSelection>, Partial<CodeOptions> {
  readonly figures?: boolean;
  /** What a run with samples needs. */
  readonly runtime?: Partial<Context>;
}

/** Runs a transform on a clone of the model, which must stay sound. */
export async function transformed(
  original: Model,
  transform: Transform,
  { figures = false, runtime = {} }: Pick<CodedSettings, 'figures' | 'runtime'> = {},
): Promise<CodedModel> {
  const model = original.clone();
  const diagnostics: Diagnostic[] = [];
  const result = await transform.run(model, { ...quietContext(diagnostics, figures), ...runtime });
  const problems = model.validate();
  if (problems.length > 0) throw new Error(`unsound after ${transform.name}:\n${problems.join('\n')}`);
  return { ...result, model, diagnostics };
}

/** What a code makes of the numbers of a weight. */
export async function decodedFrom(weight: CodedWeight, values: Float32Array): Promise<Float32Array> {
  return weight.restored(await weight.indices(values, nextTurn), nextTurn);
}

/** Stores the weights of a clone of the model in a code. */
export function coded(original: Model, code: WeightCode, settings: CodedSettings = {}): Promise<CodedModel> {
  const { include = [], skip = [], figures, runtime, ...options } = settings;
  const transform = codeTransform(code, { include, skip }, codeOptions.parse(options));
  return transformed(original, transform, { figures: figures ?? false, runtime: runtime ?? {} });
}
