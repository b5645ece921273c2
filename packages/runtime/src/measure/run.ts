import type { Random } from '@onnx-compress/core';
import { present } from '@onnx-compress/graph';
import { quantile } from '@onnx-compress/math';
import type { BlockLength, TimedBlock, TimedSession, TimingHost } from '../host/timing-contract.js';
import type { TimedModel } from './contract.js';
import { mirroredOrders } from './orders.js';
import type { TimingSettings } from './settings.js';

/** Bounds of the number of rounds in a run. */
const LEAST_ROUNDS = 2;
const MOST_ROUNDS = 100;

/** How a run is made. */
export interface RunPlan extends Pick<TimingSettings, 'blockMs' | 'runMs' | 'threads' | 'signal'> {
  /** Inferences of each session that are thrown away. */
  readonly warmUp: BlockLength;
  /** Order in which the sessions are opened: indices of the models. */
  readonly opening: readonly number[];
}

/** One run of one model; block `i` belongs to round `i`. */
export interface RunRecord {
  readonly loadMs: number;
  readonly blocks: readonly TimedBlock[];
}

/**
 * One run: a fresh session for every model, warm-up, then rounds in which every model has one block, in mirrored random
 * orders. Short blocks in many rounds matter more than anything else: both models meet the same machine then.
 */
export async function measureRun(
  host: TimingHost,
  models: readonly TimedModel[],
  plan: RunPlan,
  random: Random,
): Promise<readonly RunRecord[]> {
  const sessions = await openSessions(host, models, plan);
  const planned = await planBlocks(host, sessions, plan);
  const roundMs = planned.reduce((sum, { expectedMs }) => sum + expectedMs, 0);
  const rounds = Math.round((plan.runMs * models.length) / roundMs);
  const orders = mirroredOrders(planned, Math.min(MOST_ROUNDS, Math.max(LEAST_ROUNDS, rounds)), random);
  const schedule = orders.flat();
  const blocks = await host.time(schedule, plan.signal);
  for (const session of sessions) await session.release();
  return sessions.map(({ id, loadMs }) => ({
    loadMs,
    blocks: blocks.filter((_, index) => schedule[index]?.session.id === id),
  }));
}

/** Opens the sessions in the planned order; returns them in that of the models. */
async function openSessions(
  host: TimingHost,
  models: readonly TimedModel[],
  { threads, opening, signal }: RunPlan,
): Promise<readonly TimedSession[]> {
  const stop = signal === undefined ? {} : { signal };
  const sessions: TimedSession[] = [];
  for (const index of opening) {
    const { location, feeds } = present(models[index], 'model');
    const session = await host.open(location, { threads, ...stop });
    await session.bind(feeds, stop);
    sessions[index] = session;
  }
  return sessions;
}

interface PlannedCalls {
  readonly session: TimedSession;
  readonly calls: number;
  readonly expectedMs: number;
}

/** Warms the sessions up, and finds how many inferences of each fill a block. */
async function planBlocks(
  host: TimingHost,
  sessions: readonly TimedSession[],
  { warmUp, blockMs, signal }: RunPlan,
): Promise<readonly PlannedCalls[]> {
  const schedule = sessions.map((session) => ({ session, ...warmUp }));
  const blocks = await host.time(schedule, signal);
  return sessions.map((session, index) => {
    // Most inferences of a disturbed warm-up are too slow.
    const callMs = quantile(present(blocks[index], 'warm-up').latencies, 0.1);
    const calls = Math.max(1, Math.ceil(blockMs / callMs));
    return { session, calls, expectedMs: calls * callMs };
  });
}
