import { float32Tensor, int32Tensor } from '@onnx-compress/graph';
import { nearestEntries, type ScaledTables, tableEntries } from '@onnx-compress/math';
import { layoutOf } from '../weights/int8-weight.js';
import type { CodedWeight, CodeSubject, Restoration } from './weight-code.js';

/** What the indices of a weight mean. */
export interface TableParameters extends ScaledTables {
  /** Bits of one index. */
  readonly bits: number;
  /** Axis whose entries have a scale or a table of their own; undefined where the whole weight is one channel. */
  readonly axis: number | undefined;
}

/**
 * A weight whose indices mean entries of a table: `weight = table[index] * scale`. Each number gets the entry that is
 * nearest to it. One Gather restores it, and one Mul where there are scales; both round as float32 does.
 */
export function tableWeight(parameters: TableParameters, { dims }: Pick<CodeSubject, 'dims'>): CodedWeight {
  const { bits, axis, scales } = parameters;
  const layout = layoutOf(dims, axis);
  return {
    bits,
    indices: (values, pause) => nearestEntries(values, layout, parameters, pause),
    restored: (indices, pause) => tableEntries(indices, layout, parameters, pause),
    emit(_indices, restoration) {
      const aligned = dims.map((size, index) => (index === axis ? size : 1));
      const restored = gathered(parameters, aligned, restoration);
      if (scales === undefined) return restored;
      return restoration.compute('Mul', [restored, restoration.constant('scale', float32Tensor(aligned, scales))]);
    },
  };
}

/** The entries; with a table for each channel, these lie one after the other. */
function gathered({ tables, size }: TableParameters, aligned: readonly number[], restoration: Restoration): string {
  const { constant, compute, integers } = restoration;
  const table = constant('table', float32Tensor([tables.length], tables));
  if (tables.length === size) return compute('Gather', [table, integers()]);
  const firsts = Array.from({ length: tables.length / size }, (_, channel) => channel * size);
  return compute('Gather', [table, compute('Add', [integers(), constant('tables', int32Tensor(aligned, firsts))])]);
}
