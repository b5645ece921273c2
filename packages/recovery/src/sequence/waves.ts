import { executionOrder, type Graph, type Value } from '@onnx-compress/graph';
import { valuesRead } from './changed-values.js';

/** Something to be done about a value. */
interface Placed {
  readonly output: Value;
  /** A value that has to be dealt with before, although this one is not computed from it. */
  readonly after?: Value | undefined;
}

/**
 * Groups values of a graph so that none depends on another of its own or a later group: by the most of them that lie on
 * one path to it.
 *
 * @returns the groups from front to back, each in the order of execution
 */
export function wavesOf<T extends Placed>(graph: Graph, targets: readonly T[]): readonly T[][] {
  const byOutput = new Map(targets.map((target) => [target.output, target]));
  const depths = new Map<Value, number>();
  const waves: T[][] = [];
  for (const node of executionOrder(graph)) {
    const before = Math.max(0, ...[...valuesRead(node)].map((value) => depths.get(value) ?? 0));
    for (const index of node.outputs.keys()) {
      const output = node.output(index);
      if (output === undefined) continue;
      const target = byOutput.get(output);
      const depth = Math.max(before, (target?.after && depths.get(target.after)) ?? 0);
      depths.set(output, depth + (target === undefined ? 0 : 1));
      if (target === undefined) continue;
      waves[depth] ??= [];
      waves[depth].push(target);
    }
  }
  return waves.filter((wave) => wave !== undefined);
}
