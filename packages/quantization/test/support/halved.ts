import type { Diagnostic, StepResult, Transform } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import { runtimeContext } from '@onnx-compress/test-kit/runtime';
import { bf16 } from '../../src/schemes/bf16.js';
import { fp16 } from '../../src/schemes/fp16.js';

/** Types of all values of a model. */
export const inferTypes = (model: Model) =>
  runtimeContext().shapes.infer(model, new Map(), new AbortController().signal);

/** What a scheme of two bytes made of a copy of a model. */
export interface HalvedModel extends StepResult {
  readonly model: Model;
  readonly diagnostics: readonly Diagnostic[];
}

/** `fp16`, `fp16` that computes, with float32 or float16 borders, or `bf16`. */
export type HalfScheme = 'fp16' | 'fp16 compute' | 'fp16 compute, io' | 'bf16';

function transformOf(scheme: HalfScheme, skip: readonly string[]): Transform {
  const nodes = { include: [], skip };
  switch (scheme) {
    case 'bf16':
      return bf16.create({}, nodes);
    case 'fp16':
      return fp16.create({ compute: 'float32', io: 'float32' }, nodes);
    case 'fp16 compute':
      return fp16.create({ compute: 'float16', io: 'float32' }, nodes);
    case 'fp16 compute, io':
      return fp16.create({ compute: 'float16', io: 'float16' }, nodes);
  }
}

/** Applies a scheme to a clone of the model. */
export async function halved(
  original: Model,
  scheme: HalfScheme,
  { skip = [], figures = false }: { readonly skip?: readonly string[]; readonly figures?: boolean } = {},
): Promise<HalvedModel> {
  const model = original.clone();
  const diagnostics: Diagnostic[] = [];
  const result = await transformOf(scheme, skip).run(model, {
    ...runtimeContext(undefined, diagnostics),
    drawsFigures: figures,
  });
  const problems = model.validate();
  if (problems.length > 0) throw new Error(`unsound as ${scheme}:\n${problems.join('\n')}`);
  return { ...result, model, diagnostics };
}
