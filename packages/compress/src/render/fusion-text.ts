import type { FusionRecord } from '../report/fusion.js';
import { formatNumberOf } from './quantities.js';

/** Most layers that are named. */
const MOST_NAMES = 5;

/** Whether the record has bad news: layers that are slower than in float. */
export const hasUnfused = ({ unfused }: FusionRecord): boolean => unfused.length > 0;

function named(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return `${names.slice(0, MOST_NAMES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** `2 of 14 layers run WITHOUT an integer kernel: a, b`; `all 14 layers run on integer kernels`. */
export function fusionText({ fused, unfused, unknown }: FusionRecord): string {
  if (unknown !== undefined) return `kernels not known: ${unknown}`;
  const all = formatNumberOf(fused.length + unfused.length, 'layer');
  if (unfused.length === 0) return `${all} on integer kernels`;
  return `${unfused.length} of ${all} WITHOUT an integer kernel: ${named(unfused)}`;
}
