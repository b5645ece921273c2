import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Client } from './client.js';
import type { HostTransport, ModelLocation, SessionOptions } from './contract.js';
import type { StartLink } from './link.js';
import { cannotLoad, cannotRun, entryMissing, sessionLost } from './messages.js';
import { startProcess } from './process-link.js';
import type { WireOptions } from './protocol.js';
import { RemoteSession } from './session.js';
import type { HostUsage, PlannedBlock, TimedBlock, TimedSession, TimingHost } from './timing-contract.js';
import { startWorker } from './worker-link.js';

/** Built JavaScript, found alike from `src` (tests) and `dist`. */
const entryOfThisPackage = (): URL => pathToFileURL(createRequire(import.meta.url).resolve('#worker-entry'));

const LINKS: Readonly<Record<HostTransport, StartLink>> = { worker: startWorker, process: startProcess };

/**
 * onnxruntime in a worker thread or in a child process. Nothing starts before the first `open`.
 *
 * Choose `worker` for models that are known to run: it starts faster and its tensors are handed over without a copy.
 * Choose `process` for models that may make onnxruntime abort, and for runs that must stop at once when cancelled.
 * A cancelled run rejects at once either way, but a thread lives on until its native call is done, while a process ends
 * in the middle of it. Await `close` before `process.exit`: ending a thread during a native call aborts this process.
 *
 * @example
 * const host = createHost('process');
 * const session = await host.open({ path: 'model.onnx' }, { optimization: 'all', threads: 1 });
 * const outputs = await session.run(new Map([['x', { dataType: 'float32', dims: [1, 4], bytes }]]));
 * await session.release();
 * await host.close();
 */
export function createHost(transport: HostTransport, entry: URL = entryOfThisPackage()): TimingHost {
  return new LinkedHost(transport, entry);
}

class LinkedHost implements TimingHost {
  #client: Client | undefined;
  #lastSession = 0;

  constructor(
    readonly transport: HostTransport,
    private readonly entry: URL,
  ) {}

  async open(model: ModelLocation, options: SessionOptions = {}): Promise<TimedSession> {
    const where = 'path' in model ? model.path : 'the model';
    if ('bytes' in model && model.bytes.length === 0) throw cannotLoad(where, 'it is empty');
    const client = this.#connect();
    const session = ++this.#lastSession;
    const command = { kind: 'open', session, model, options: wireOptions(options) } as const;
    const result = await client.send(command, options.signal);
    if (result.kind === 'opened') {
      return new RemoteSession(client, session, result.inputs, result.outputs, result.loadMs);
    }
    throw cannotLoad(where, result.kind === 'failed' ? result.message : result.kind);
  }

  async time(schedule: readonly PlannedBlock[], signal?: AbortSignal): Promise<readonly TimedBlock[]> {
    if (!this.#client?.alive) throw sessionLost();
    const blocks = schedule.map(({ session, ...length }) => ({ session: session.id, length }));
    const result = await this.#client.send({ kind: 'time', schedule: blocks }, signal);
    if (result.kind === 'timed') return result.blocks;
    throw cannotRun(result.kind === 'failed' ? result.message : result.kind);
  }

  async usage(signal?: AbortSignal): Promise<HostUsage> {
    const result = await this.#connect().send({ kind: 'usage' }, signal);
    if (result.kind === 'usage') return result.usage;
    throw cannotRun(result.kind === 'failed' ? result.message : result.kind);
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.stop();
  }

  #connect(): Client {
    if (this.#client?.alive) return this.#client;
    const path = fileURLToPath(this.entry);
    if (!existsSync(path)) throw entryMissing(path);
    this.#client = new Client(LINKS[this.transport], this.entry);
    return this.#client;
  }
}

function wireOptions(options: SessionOptions): WireOptions {
  const { optimization = 'all', threads, spinning = false, memoryPattern = true } = options;
  const { profilePrefix, optimizedModelPath } = options;
  const config = { 'session.intra_op.allow_spinning': spinning ? '1' : '0', ...options.config };
  return { optimization, threads, memoryPattern, config, profilePrefix, optimizedModelPath };
}
