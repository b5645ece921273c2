import { createHost } from '../host/host.js';
import type { MemoryUse, TimedModel, TimingOptions } from './contract.js';

/**
 * Memory of a child process that loads a model and runs it once.
 *
 * @throws HostError when the model does not load or run
 * @throws CancelledError when the signal fires
 */
export async function memoryUse(
  { location, feeds }: TimedModel,
  { threads = 1, signal }: Pick<TimingOptions, 'threads' | 'signal'> = {},
): Promise<MemoryUse> {
  const host = createHost('process');
  try {
    const { peakBytes: baseBytes } = await host.usage(signal);
    const session = await host.open(location, { threads, ...(signal === undefined ? {} : { signal }) });
    await session.bind(feeds, signal === undefined ? {} : { signal });
    await host.time([{ session, calls: 1 }], signal);
    const { peakBytes } = await host.usage(signal);
    return { peakBytes, baseBytes };
  } finally {
    await host.close();
  }
}
