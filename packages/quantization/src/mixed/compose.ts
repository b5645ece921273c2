import { type Context, type Diagnostic, dividedProgress, type StepResult, throwIfAborted } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import { exactSelection } from './exact-selection.js';
import type { Format } from './format.js';
import type { LayerChoice, LayerChoices } from './layer-choices.js';

/** The choice of each group of layers, in their order. */
export type Assigned = readonly { readonly labels: readonly string[]; readonly choice: LayerChoice }[];

/** A copy in which each layer has its format. */
export interface Composition {
  readonly model: Model;
  /** What each technique did. */
  readonly results: ReadonlyMap<Format, StepResult>;
  readonly warnings: readonly Diagnostic[];
}

/** The choices at these indices. */
export function assignedBy(groups: readonly LayerChoices[], choices: readonly number[]): Assigned {
  return groups.flatMap(({ labels, choices: all }, group) => {
    const choice = all[choices[group] ?? -1];
    return choice === undefined ? [] : [{ labels, choice }];
  });
}

/** The labels of all layers in each format that is used. */
export function labelsByFormat(assigned: Assigned): ReadonlyMap<Format, readonly string[]> {
  const found = new Map<Format, string[]>();
  for (const { labels, choice } of assigned) {
    const known = found.get(choice.format) ?? [];
    found.set(choice.format, known);
    known.push(...labels);
  }
  return found;
}

/**
 * Brings all layers of a copy into their formats, one technique after the other in the order in which the formats were
 * asked for, so that each sees on samples what those before it made of the model.
 *
 * @throws CancelledError when the signal fires
 */
export async function compose(
  original: Model,
  assigned: Assigned,
  formats: readonly Format[],
  context: Context,
): Promise<Composition> {
  const labels = labelsByFormat(assigned);
  const used = formats.filter((format) => format.transform !== undefined && labels.has(format));
  const phase = dividedProgress(context, Object.fromEntries(used.map(({ name }) => [name, labels.size])));
  const model = original.clone();
  const results = new Map<Format, StepResult>();
  const warnings: Diagnostic[] = [];
  for (const format of used) {
    throwIfAborted(context.signal);
    const transform = format.transform?.(exactSelection(labels.get(format) ?? []), context.calibration !== undefined);
    const work = { ...phase(format.name), warn: (diagnostic: Diagnostic) => void warnings.push(diagnostic) };
    if (transform !== undefined) results.set(format, await transform.run(model, work));
  }
  return { model, results, warnings };
}
