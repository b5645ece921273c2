import type { JsonValue } from '@onnx-compress/core';
import { z } from 'zod';
import type { TimeCurve } from '../costs/time-curve.js';

const point = z.tuple([z.number().min(0).max(1), z.number().nonnegative()]);

/** What a budget of time counts with, in milliseconds; measured, and stored in the recipe of the report. */
export interface LatencyCosts {
  readonly nodes: Readonly<Record<string, TimeCurve>>;
  /** What stays however much of the nodes goes; negative where more is saved than the nodes tell. */
  readonly elsewhere: number;
}

export const latencyCosts = z.strictObject({
  nodes: z
    .record(z.string(), z.array(point).min(1))
    .describe('by node: parts of its work, rising, each with the milliseconds it takes'),
  elsewhere: z
    .number()
    .default(0)
    .describe(
      'milliseconds that stay however much goes, set so that the prediction meets the time measured end to end',
    ),
});

/** As a recipe has them. */
export const storedCosts = ({ nodes, elsewhere }: LatencyCosts): JsonValue => ({ nodes, elsewhere });
