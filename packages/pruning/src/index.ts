export type { StoredConstants } from './constants/stored-means.js';
export { apoz } from './criteria/apoz.js';
export { bnScale } from './criteria/bn-scale.js';
export { consumer } from './criteria/consumer.js';
export type { Criterion, Scores, ScoringContext } from './criteria/criterion.js';
export { entropy } from './criteria/entropy.js';
export { geometricMedian } from './criteria/geometric-median.js';
export { inbound } from './criteria/inbound.js';
export { l1 } from './criteria/l1.js';
export { l1Unstructured } from './criteria/l1-unstructured.js';
export { l2 } from './criteria/l2.js';
export { ln } from './criteria/ln.js';
export { meanActivation } from './criteria/mean-activation.js';
export type { StructuredOptions } from './criteria/options.js';
export { random } from './criteria/random.js';
export { variance } from './criteria/variance.js';
export { wanda } from './criteria/wanda.js';
export { zeroChannels } from './criteria/zero-channels.js';
export type { Companion, GroupMembers, Member } from './groups/members.js';
export {
  type PrunableGroup,
  type PrunableOverview,
  prunableGroups,
  type UnprunableLayer,
} from './overview/prunable-groups.js';
export { composeConstants } from './plan/compose-constants.js';
export { composeRemovals } from './plan/compose-removals.js';
export { type PlannedRemovals, plan, removalPlan } from './plan/plan.js';
export { pruningTechniques } from './registry.js';
export { structuredPruning } from './structured-pruning.js';
