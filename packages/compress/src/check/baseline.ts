import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Budgets } from '../budgets.js';
import { replaceFile } from '../freshness/store.js';
import { renderJson } from '../render/json.js';
import type { BaselineRecord } from './check-report.js';
import { badBaseline } from './messages.js';

/** The figures of one model that may not get worse; null or absent where they are not measured. */
export interface Figures {
  readonly bytes: number;
  readonly cosine?: number | undefined;
  readonly agreement?: number | undefined;
}

/** Figures by the name of their model. */
export type Baseline = ReadonlyMap<string, Figures>;

/** How much worse than the baseline a figure may get: a part of the bytes, and plain differences. */
export interface Tolerance {
  readonly bytes: number;
  readonly cosine: number;
  readonly agreement: number;
}

/** One per cent of the bytes, and what another processor or another onnxruntime changes by rounding. */
export const DEFAULT_TOLERANCE: Tolerance = { bytes: 0.01, cosine: 0.001, agreement: 0.01 };

const baselineSchema = z.strictObject({
  schemaVersion: z.literal(1),
  models: z.record(
    z.string(),
    z.strictObject({
      bytes: z.int().min(0),
      cosine: z.number().optional(),
      agreement: z.number().optional(),
    }),
  ),
});

function content(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw badBaseline(path, error instanceof Error ? error.message : String(error));
  }
}

/** Reads a baseline file; undefined where there is none. @throws UsageError where it is no baseline */
export function readBaseline(path: string): Baseline | undefined {
  if (!existsSync(path)) return undefined;
  const result = baselineSchema.safeParse(content(path));
  if (result.success) return new Map(Object.entries(result.data.models));
  const [issue] = result.error.issues;
  throw badBaseline(path, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it is not an object'}`);
}

/** Writes a baseline with sorted names, so that it reads well in a version control system. */
export function writeBaseline(path: string, baseline: Baseline): void {
  const models = [...baseline].sort(([a], [b]) => (a < b ? -1 : 1));
  const text = renderJson({ schemaVersion: 1, models: Object.fromEntries(models) });
  if (!existsSync(path) || readFileSync(path, 'utf8') !== text) replaceFile(path, text);
}

/** The worst figures that the tolerance allows. */
function limits({ bytes, cosine, agreement }: Figures, tolerance: Tolerance) {
  return {
    bytes: Math.floor(bytes * (1 + tolerance.bytes)),
    cosine: cosine === undefined ? undefined : Math.max(-1, cosine - tolerance.cosine),
    agreement: agreement === undefined ? undefined : Math.max(0, agreement - tolerance.agreement),
  };
}

/** Compares figures with stored ones; likeness only where it is measured at all. */
export function compareFigures(
  actual: Figures,
  stored: Figures,
  tolerance: Tolerance,
  verified: boolean,
): readonly BaselineRecord[] {
  const limit = limits(stored, tolerance);
  const size: BaselineRecord = {
    name: 'bytes',
    stored: stored.bytes,
    limit: limit.bytes,
    actual: actual.bytes,
    ok: actual.bytes <= limit.bytes,
  };
  const likeness = (['cosine', 'agreement'] as const).flatMap((name): readonly BaselineRecord[] => {
    const [before, least, reached = null] = [stored[name], limit[name], actual[name]];
    if (!verified || before === undefined || least === undefined) return [];
    return [{ name, stored: before, limit: least, actual: reached, ok: reached !== null && reached >= least }];
  });
  return [size, ...likeness];
}

const tighter = (pick: (...values: number[]) => number, ...values: readonly (number | undefined)[]) => {
  const given = values.filter((value) => value !== undefined);
  return given.length === 0 ? undefined : pick(...given);
};

/** Budgets that also keep a result from falling behind stored figures, so that a worse file is never written. */
export function withBaseline(
  budgets: Budgets,
  stored: Figures | undefined,
  tolerance: Tolerance,
  verified: boolean,
): Budgets {
  if (stored === undefined) return budgets;
  const limit = limits(stored, tolerance);
  const size = { ...budgets, maxBytes: tighter(Math.min, budgets.maxBytes, limit.bytes) };
  if (!verified) return size;
  return {
    ...size,
    minCosine: tighter(Math.max, budgets.minCosine, limit.cosine),
    minAgreement: tighter(Math.max, budgets.minAgreement, limit.agreement),
  };
}
