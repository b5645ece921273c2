import type { Removal, Step } from '@onnx-compress/core';
import {
  composeConstants,
  composeRemovals,
  RECOVER,
  type Recover,
  removalPlan,
  type StoredConstants,
} from '@onnx-compress/pruning';
import type { Report } from '../report/report.js';
import { mixedChoices } from './messages.js';

/**
 * Which channels a run removed, in terms of the model that it read. The plan and that model are all it takes to remove
 * them again.
 */
export interface RemovalPlan {
  readonly schemaVersion: 1;
  /** The model that the plan is for. */
  readonly input: {
    /** SHA-256 of its .onnx file, hexadecimal. */
    readonly sha256: string;
  };
  /** What went from attention: whole heads, channels of every head, or what the model allowed. */
  readonly attention: 'auto' | 'heads' | 'head-dims';
  /** Whether channels went that normalizations compute statistics over. */
  readonly statistics: 'keep' | 'change';
  /** How the layers behind were repaired; `auto` where the steps of the run did it in different ways. */
  readonly recover: Recover;
  /** One entry for each group of layers whose channels went together. */
  readonly removals: readonly Removal[];
  /** What removed channels were taken to hold, which the layers that read them got in their biases. */
  readonly constants: readonly StoredConstants[];
}

/** How the analysis of a pruning step chose among what could go. */
type Choices = Pick<RemovalPlan, 'attention' | 'statistics'>;

const DEFAULTS: Choices = { attention: 'auto', statistics: 'keep' };

function choicesIn({ attention, statistics }: { readonly [option: string]: unknown }): Choices {
  return {
    attention: attention === 'heads' || attention === 'head-dims' ? attention : DEFAULTS.attention,
    statistics: statistics === 'change' ? statistics : DEFAULTS.statistics,
  };
}

/** A replayed plan holds its choices itself. */
const choicesOf = ({ options }: Step) => choicesIn(removalPlan.safeParse(options.plan).data ?? options);

/** How a step repaired; a replayed plan may hold that itself. Steps that repair nothing have none. */
function methodOf({ options: { recover, plan } }: Step): Recover | undefined {
  const asked = recover === 'auto' ? removalPlan.safeParse(plan).data?.recover : undefined;
  return asked ?? RECOVER.find((method) => method === recover);
}

function recoveryOf(steps: readonly Step[]): Recover {
  const [only = 'auto', ...others] = new Set(steps.flatMap((step) => methodOf(step) ?? []));
  return others.length === 0 ? only : 'auto';
}

/**
 * The plan of everything that the pruning steps of a run removed. Masks are no part of it, and neither are other steps.
 *
 * @throws UsageError where two steps chose differently among what could go, which one plan cannot hold
 * @example
 * const { report } = await compressFile('model.onnx', 'small.onnx', { steps: [prune('l1', { ratio: 0.5 })] });
 * await writeFile('plan.json', renderJson(planOf(report)));
 */
export function planOf(report: Report): RemovalPlan {
  const removing = report.steps.flatMap((step, index) => {
    const planned = report.recipe.steps[index];
    return (step.removals ?? []).length === 0 || planned === undefined ? [] : [{ step, planned }];
  });
  const [first, ...others] = removing;
  const { attention, statistics } = first === undefined ? DEFAULTS : choicesOf(first.planned);
  const odd = others.find(({ planned }) => {
    const choices = choicesOf(planned);
    return choices.attention !== attention || choices.statistics !== statistics;
  });
  if (first !== undefined && odd !== undefined) throw mixedChoices(first.step.spec, odd.step.spec);
  return {
    schemaVersion: 1,
    input: { sha256: report.input.sha256 },
    attention,
    statistics,
    recover: recoveryOf(removing.map(({ planned }) => planned)),
    removals: composeRemovals(removing.map(({ step }) => step)),
    constants: composeConstants(removing.map(({ step }) => step)),
  };
}
