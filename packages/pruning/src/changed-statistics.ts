import type { Context } from '@onnx-compress/core';
import type { Engine } from './axes/engine.js';
import { statisticsChange } from './messages.js';
import type { Decision } from './selection/decision.js';
import { Removal } from './surgery/removal.js';

/** Says once which normalizations compute their statistics over fewer channels from now on. */
export function warnOfStatistics(engine: Engine, decisions: readonly Decision[], context: Pick<Context, 'warn'>): void {
  const units = decisions.flatMap((decision) => decision.units);
  const removal = new Removal(engine.dependencies.atoms, units);
  const changed = [...engine.statistics].filter(([, axes]) =>
    axes.flat().some(({ atoms }) => atoms !== undefined && removal.removed(atoms).length > 0),
  );
  const [first] = changed;
  if (first !== undefined) context.warn(statisticsChange(first[0].label, changed.length));
}
