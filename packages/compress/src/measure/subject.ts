import { type InputSpec, inputSpecs } from '@onnx-compress/runtime';
import type { CompressModel } from '../compress-model.js';
import { readModel } from '../read-model.js';
import { requireSameInputs } from './inputs-fit.js';

/** A model file under measurement. */
export interface Subject {
  readonly path: string;
  readonly model: CompressModel;
  readonly inputs: readonly InputSpec[];
}

/** Lends a model file. @throws ModelError where it cannot be read */
async function withSubject<T>(path: string, work: (subject: Subject) => Promise<T>): Promise<T> {
  const model = await readModel(path);
  try {
    return await work({ path, model, inputs: inputSpecs(model.content) });
  } finally {
    await model.close();
  }
}

/**
 * Lends a model file, and the one it is held against where there is one.
 *
 * @throws ModelError where one cannot be read
 * @throws UsageError where they do not take the same inputs
 */
export function withSubjects<T>(
  path: string,
  against: string | undefined,
  work: (subject: Subject, reference: Subject | undefined) => Promise<T>,
): Promise<T> {
  return withSubject(path, (subject) => {
    if (against === undefined) return work(subject, undefined);
    return withSubject(against, (reference) => {
      requireSameInputs(subject.inputs, reference.inputs, path, against);
      return work(subject, reference);
    });
  });
}
