import { join } from 'node:path';
import { present } from '@onnx-compress/graph';
import { stageModel } from '@onnx-compress/graph/node';
import type { VerifiedModel } from '@onnx-compress/runtime';
import type { FinishedStep } from './run-steps.js';

/** A stretch of steps that promised to change no output, with the models before and after it. */
export interface ExactSegment {
  readonly titles: readonly string[];
  readonly before: VerifiedModel;
  readonly after: VerifiedModel;
}

interface Stretch {
  readonly first: number;
  readonly last: number;
}

const changedSomething = ({ result }: FinishedStep) => result.changed.length > 0;

/** Stretches of exact steps that follow each other, steps without effect not counted. */
function stretches(finished: readonly FinishedStep[]): readonly Stretch[] {
  const found: Stretch[] = [];
  for (const [index, step] of finished.entries()) {
    if (!changedSomething(step) || !step.planned.transform.exact) continue;
    const previous = found.at(-1);
    const adjoins = previous !== undefined && !finished.slice(previous.last + 1, index).some(changedSomething);
    if (adjoins) found[found.length - 1] = { first: previous.first, last: index };
    else found.push({ first: index, last: index });
  }
  return found;
}

/**
 * The stretches of exact steps between steps that change outputs. Models in between are written into a folder, so that
 * onnxruntime can load them.
 *
 * @param folder an existing folder that the caller removes
 */
export async function exactSegments(
  finished: readonly FinishedStep[],
  original: VerifiedModel,
  candidate: VerifiedModel,
  folder: string,
  signal: AbortSignal,
): Promise<readonly ExactSegment[]> {
  if (finished.filter(changedSomething).every(({ planned }) => planned.transform.exact)) return [];
  const modelAfter = async (count: number): Promise<VerifiedModel> => {
    if (!finished.slice(0, count).some(changedSomething)) return original;
    if (!finished.slice(count).some(changedSomething)) return candidate;
    const { model } = present(finished[count - 1], 'finished step');
    const staged = await stageModel(model, join(folder, `after-step-${count}.onnx`), signal);
    return { model, location: { path: staged.path } };
  };
  const segments: ExactSegment[] = [];
  for (const { first, last } of stretches(finished)) {
    const titles = finished.slice(first, last + 1).map(({ planned }) => planned.title);
    segments.push({ titles, before: await modelAfter(first), after: await modelAfter(last + 1) });
  }
  return segments;
}
