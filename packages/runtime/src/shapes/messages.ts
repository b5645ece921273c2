import type { Diagnostic } from '@onnx-compress/core';

/** Shapes that come from the file because onnxruntime could not load `count` graphs; `reason` is that of the first. */
export function shapesFromFile(count: number, reason: string): Diagnostic {
  const graphs = count === 1 ? 'a graph' : `${count} graphs`;
  return { code: 'SHAPES_FROM_FILE', message: `Shapes of ${graphs} are taken from the file unchecked: ${reason}` };
}

/** Shapes that stay unknown because the model could not be run. */
export function shapesNotRecorded(reason: string): Diagnostic {
  return { code: 'SHAPES_NOT_RECORDED', message: `Shapes that only a run can tell stay unknown: ${reason}` };
}
