import { nothingProfiled } from './messages.js';
import { type ProfileEvent, parseEvent } from './profile-event.js';

/** Time of one kernel, by the name that its node has in the graph that onnxruntime runs. */
export interface KernelTime {
  readonly name: string;
  readonly opType: string;
  /** Mean milliseconds of one inference, without its subgraphs. */
  readonly timeMs: number;
}

/** What a profile of onnxruntime holds. */
export interface KernelTimes {
  /** In the order in which they first ran. */
  readonly kernels: readonly KernelTime[];
  /** Mean milliseconds of one inference. */
  readonly totalMs: number;
  readonly inferences: number;
}

/**
 * Sums up the profile of a session that ran on one thread, line by line. Inferences whose end is missing, because
 * onnxruntime stops recording after a million events, do not count.
 *
 * @param warmUps inferences at the start that do not count
 * @throws ModelError when no inference is left
 */
export async function parseProfile(
  lines: AsyncIterable<string> | Iterable<string>,
  warmUps: number,
): Promise<KernelTimes> {
  const sums = new Map<string, { opType: string; duration: number }>();
  let total = 0;
  let inferences = -warmUps;
  let run: ProfileEvent[] = [];
  for await (const line of lines) {
    const event = parseEvent(line);
    if (event === undefined) continue;
    if (event.kind !== 'inference') {
      run.push(event);
      continue;
    }
    if (++inferences > 0) {
      total += event.duration;
      for (const { name, opType, duration } of ownTimes(run)) {
        sums.set(name, { opType, duration: (sums.get(name)?.duration ?? 0) + duration });
      }
    }
    run = [];
  }
  if (inferences <= 0) throw nothingProfiled('no inference was recorded to its end');
  const mean = (microseconds: number) => microseconds / 1000 / inferences;
  const kernels = Array.from(sums, ([name, { opType, duration }]) => ({ name, opType, timeMs: mean(duration) }));
  return { kernels, totalMs: mean(total), inferences };
}

/** The kernels without the time of the subgraphs that they ran; what is inside an event is recorded before it. */
function ownTimes(run: readonly ProfileEvent[]): readonly ProfileEvent[] {
  const finished: ProfileEvent[] = [];
  const kernels: ProfileEvent[] = [];
  for (const event of run) {
    let inside = 0;
    for (let last = finished.at(-1); last !== undefined && last.start >= event.start; last = finished.at(-1)) {
      inside += last.duration;
      finished.pop();
    }
    finished.push(event);
    if (event.kind === 'kernel') kernels.push({ ...event, duration: Math.max(0, event.duration - inside) });
  }
  return kernels;
}
