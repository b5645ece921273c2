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
export { lasso } from './criteria/lasso.js';
export { ln } from './criteria/ln.js';
export { meanActivation } from './criteria/mean-activation.js';
export { obd } from './criteria/obd.js';
export { obs } from './criteria/obs.js';
export type { StructuredOptions } from './criteria/options.js';
export { random } from './criteria/random.js';
export { RECOVER, type Recover } from './criteria/recover.js';
export { reduceAndReuse } from './criteria/reduce-and-reuse.js';
export { thinet } from './criteria/thinet.js';
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
