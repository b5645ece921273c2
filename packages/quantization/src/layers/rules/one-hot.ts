import type { Value } from '@onnx-compress/graph';

/** Operators that tell each index apart from the others: at most one of a row is true, or few. */
const SELECTING: ReadonlySet<string> = new Set(['Equal', 'OneHot']);

/**
 * True for a one-hot matrix, written as OneHot or as `Cast(Equal(...))`: a product with it picks rows of the other
 * factor, so that the rounding of a number is not averaged with that of others.
 */
export function isOneHot(value: Value | undefined): boolean {
  const producer = value?.producer;
  if (producer === undefined || producer.domain !== '') return false;
  return SELECTING.has(producer.opType) || (producer.opType === 'Cast' && isOneHot(producer.input(0)));
}
