import type { JsonValue, StepResult } from '@onnx-compress/core';
import { frontOf } from './assign-formats.js';
import { type Assigned, assignedBy, labelsByFormat } from './compose.js';
import { formatTable, frontFigure, snrOf, thinnedFront } from './front-figure.js';
import { mergeResults } from './merge-results.js';
import type { Limit } from './options.js';
import type { Problem } from './problem.js';
import type { Sensitivities } from './sensitivity/sensitivities.js';
import { countedCost, type Outcome } from './within-limit.js';

/** What was found, and how. */
export interface Finding {
  readonly limit: Limit;
  readonly problem: Problem;
  readonly by: Sensitivities['by'];
  readonly outcome: Outcome;
  /** Signal-to-noise ratio of the outputs on the samples, measured; undefined without samples. */
  readonly snrDb: number | undefined;
}

const formatsByLabel = (assigned: Assigned) =>
  Object.fromEntries(assigned.flatMap(({ labels, choice }) => labels.map((label) => [label, choice.format.name])));

/** What the report says of an assignment: the front of best compromises, where the choice lies, and each layer. */
export function mixedResult({ limit, problem, by, outcome, snrDb }: Finding): StepResult {
  const { solution, composition, bytes, latencyRatio } = outcome;
  const { unit, before, groups } = problem;
  const assigned = assignedBy(groups, solution.choices);
  const { figures, ...merged } = mergeResults(composition, assigned);
  const { points, isComplete } = frontOf(problem);
  const front = thinnedFront(points);
  const counts = [...labelsByFormat(assigned)].map(([{ name }, labels]): [string, JsonValue] => [name, labels.length]);
  return {
    ...merged,
    ...(latencyRatio !== undefined && { resolvedOptions: { layers: formatsByLabel(assigned) } }),
    metrics: {
      layers: merged.changed.length + merged.skipped.length,
      quantized: merged.changed.length,
      limit: { ...limit },
      bytes,
      ...(unit !== 'bytes' && { [unit]: countedCost(problem, outcome), [`${unit}Before`]: before }),
      ...(latencyRatio !== undefined && { latencyRatio }),
      sensitivity: by,
      predictedSnrDb: snrOf(solution.loss),
      ...(snrDb !== undefined && { snrDb }),
      isProven: solution.isProven,
      formats: Object.fromEntries(counts),
      front: front.map(({ cost, loss }) => ({ [unit]: cost, snrDb: snrOf(loss) })),
      isFrontComplete: isComplete,
    },
    figures: [frontFigure(front, solution.cost, unit, by), formatTable(assigned), ...figures],
  };
}
