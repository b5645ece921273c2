import type { StepResult } from '@onnx-compress/core';
import { blockedBecause } from './groups/group.js';
import type { Decision } from './selection/decision.js';

/** Channels and groups before and after, as a report has them. */
export function stepMetrics(decisions: readonly Decision[]): StepResult['metrics'] {
  const open = decisions.filter(({ group }) => blockedBecause(group) === undefined);
  const channels = (of: (decision: Decision) => number) =>
    open.reduce((sum, decision) => sum + of(decision) * decision.group.channelsPerUnit, 0);
  const channelsBefore = channels(({ group }) => group.units.length);
  const removed = channels(({ units }) => units.length);
  return {
    achievedRatio: channelsBefore === 0 ? 0 : removed / channelsBefore,
    channelsBefore,
    channelsAfter: channelsBefore - removed,
    groups: decisions.length,
    groupsPruned: decisions.filter(({ units }) => units.length > 0).length,
    groupsSkipped: decisions.filter(({ reason }) => reason !== undefined).length,
  };
}
