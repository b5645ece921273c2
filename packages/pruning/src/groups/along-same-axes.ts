import type { Weight } from '@onnx-compress/graph';
import type { Producer } from '../axes/engine.js';

/** The producers along each weight axis, in the order of the first of each. */
export function alongSameAxes(producers: readonly Producer[]): readonly (readonly [Producer, ...Producer[]])[] {
  const lists: [Producer, ...Producer[]][] = [];
  const listOf = new Map<Weight, Map<number, Producer[]>>();
  for (const producer of producers) {
    const { weight, axis } = producer;
    const axes = listOf.get(weight) ?? new Map<number, Producer[]>();
    listOf.set(weight, axes);
    const known = axes.get(axis);
    if (known !== undefined) {
      known.push(producer);
      continue;
    }
    const list: [Producer, ...Producer[]] = [producer];
    axes.set(axis, list);
    lists.push(list);
  }
  return lists;
}
