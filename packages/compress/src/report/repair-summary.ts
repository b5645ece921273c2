import type { LayerRepair } from '@onnx-compress/core';
import type { StepRecord } from './report.js';

/** A way in which a layer is repaired. */
export type RepairMethod = NonNullable<LayerRepair['method']>;

/** The repairs of a step in short. */
export interface RepairSummary {
  /** The ways in which layers were repaired, the one of the most layers first. */
  readonly methods: readonly RepairMethod[];
  /** Layers whose repair is in the model. */
  readonly repaired: number;
  /** All layers that were looked at. */
  readonly layers: number;
  /** Medians over the repaired layers; undefined where nothing was measured. */
  readonly error: { readonly before: number; readonly after: number } | undefined;
}

/** True where the repair is in the model. */
export function isRepaired({ method, reason }: LayerRepair): boolean {
  return method !== undefined && reason === undefined;
}

function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((left, right) => left - right);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

function errorOf(repairs: readonly LayerRepair[]): RepairSummary['error'] {
  const measured = repairs.flatMap(({ errorBefore, errorAfter }) =>
    errorBefore === undefined || errorAfter === undefined ? [] : [{ errorBefore, errorAfter }],
  );
  const before = median(measured.map(({ errorBefore }) => errorBefore));
  const after = median(measured.map(({ errorAfter }) => errorAfter));
  return before === undefined || after === undefined ? undefined : { before, after };
}

/** What a step repaired; undefined where it looked at no layer. */
export function repairSummary({ repairs = [] }: Pick<StepRecord, 'repairs'>): RepairSummary | undefined {
  if (repairs.length === 0) return undefined;
  const repaired = repairs.filter(isRepaired);
  const counts = new Map<RepairMethod, number>();
  for (const { method } of repaired) if (method !== undefined) counts.set(method, (counts.get(method) ?? 0) + 1);
  const methods = [...counts].sort(([, left], [, right]) => right - left).map(([method]) => method);
  return { methods, repaired: repaired.length, layers: repairs.length, error: errorOf(repaired) };
}
