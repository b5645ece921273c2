import type { ModelLocation } from '../src/host/contract.js';
import { HostError } from '../src/host/errors.js';
import type { HostUsage, PlannedBlock, TimedBlock, TimedSession, TimingHost } from '../src/host/timing-contract.js';

/** Time of one inference of each model, by its path, in milliseconds. */
export type Speeds = Readonly<Record<string, number>>;

/** A host whose inferences take as long as scripted; notes what is asked of it. */
export class ScriptedTimingHost implements TimingHost {
  readonly transport = 'process';
  /** Paths in the order in which they were opened. */
  readonly opened: string[] = [];
  /** Every schedule: paths with their numbers of inferences. */
  readonly schedules: (readonly { path: string; calls: number; minimumMs: number | undefined }[])[] = [];
  readonly released = new Set<number>();
  readonly #paths = new Map<number, string>();
  closed = false;
  waitMs: number | null = 0;
  #clock = 0;

  constructor(private readonly speeds: Speeds) {}

  async open(model: ModelLocation): Promise<TimedSession> {
    const path = 'path' in model ? model.path : '';
    if (this.speeds[path] === undefined) throw new HostError('load', 'SCRIPTED', `no ${path}`);
    const id = this.opened.push(path);
    this.#paths.set(id, path);
    return {
      id,
      loadMs: 3,
      inputs: [],
      outputs: [],
      unfetchable: [],
      bind: async () => {},
      run: async () => new Map(),
      endProfiling: async () => {},
      release: async () => {
        this.released.add(id);
      },
    };
  }

  async time(schedule: readonly PlannedBlock[]): Promise<readonly TimedBlock[]> {
    const planned = schedule.map(({ session, ...length }) => ({ path: this.#paths.get(session.id) ?? '', ...length }));
    this.schedules.push(planned.map(({ path, calls, minimumMs }) => ({ path, calls, minimumMs })));
    return planned.map(({ path, calls }) => {
      const ms = this.speeds[path] ?? Number.NaN;
      this.#clock += ms * calls;
      return { cpuMs: 2 * ms * calls, latencies: new Float64Array(calls).fill(ms) };
    });
  }

  async usage(): Promise<HostUsage> {
    const memory = { processId: 1, residentBytes: 0, peakBytes: 0, stolenTicks: null, totalTicks: null };
    if (this.waitMs !== null) this.waitMs = this.#clock / 4;
    return { ...memory, wallMs: this.#clock, waitMs: this.waitMs };
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}
