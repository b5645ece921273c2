import type { Value } from '@onnx-compress/graph';
import { inputsOf } from '../folding/foldable.js';

/** Operators that the written-out LayerNormalization and Gelu of exporters consist of, between their marks. */
const INSIDE: ReadonlySet<string> = new Set(['Add', 'Cast', 'Div', 'Mul', 'Pow', 'Reciprocal', 'Sub']);

/** The operators that mark them. */
const MARKS: ReadonlySet<string> = new Set(['Erf', 'Sqrt', 'Tanh']);

/** Steps from the last node of such a pattern to its mark, at most. */
const REACH = 4;

/**
 * True for a value that may come out of a LayerNormalization or Gelu written out in single nodes. onnxruntime computes
 * those in one node, as long as their constants stay where they are.
 */
export function mayEndPattern(value: Value | undefined, reach = REACH): boolean {
  const producer = value?.producer;
  if (producer === undefined || producer.domain !== '' || reach === 0) return false;
  if (MARKS.has(producer.opType)) return true;
  return INSIDE.has(producer.opType) && inputsOf(producer).some((input) => mayEndPattern(input, reach - 1));
}
