import { type CompressError, throwIfAborted, toCompressError } from '@onnx-compress/core';
import type { Link, StartLink } from './link.js';
import { hostEnded, sessionLost } from './messages.js';
import type { Command, Reply, Result } from './protocol.js';

interface Pending {
  readonly command: Command;
  settle(result: Result): void;
  fail(error: unknown): void;
}

/** One life of a worker or process: sends commands, matches replies, and fails what is open when it ends. */
export class Client {
  readonly #link: Link;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #alive = true;

  constructor(start: StartLink, entry: URL) {
    this.#link = start(entry, {
      reply: (reply) => this.#settle(reply),
      ended: (how) => this.#end((command) => hostEnded(command.kind === 'open' ? 'load' : 'run', how)),
    });
    this.#link.hold(false);
  }

  get alive(): boolean {
    return this.#alive;
  }

  /**
   * @throws HostError when the worker or process ends before it answers
   * @throws CancelledError when the signal fires before the answer; the worker or process is ended then
   */
  async send(command: Command, signal: AbortSignal | undefined): Promise<Result> {
    if (signal) throwIfAborted(signal);
    if (!this.#alive) throw sessionLost();
    const id = ++this.#lastId;
    const stop = (): void => this.#cancel(id, toCompressError(signal?.reason, signal));
    signal?.addEventListener('abort', stop);
    try {
      return await new Promise<Result>((settle, fail) => {
        this.#pending.set(id, { command, settle, fail });
        this.#link.hold(true);
        this.#link.post({ id, command });
      });
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  /** Ends the worker or process; commands still open fail as lost. */
  async stop(): Promise<void> {
    this.#end(sessionLost);
    await this.#link.stop();
  }

  #settle({ id, result }: Reply): void {
    this.#pending.get(id)?.settle(result);
    this.#pending.delete(id);
    if (this.#pending.size === 0) this.#link.hold(false);
  }

  #cancel(id: number, error: unknown): void {
    this.#pending.get(id)?.fail(error);
    this.#pending.delete(id);
    void this.stop();
  }

  #end(errorFor: (command: Command) => CompressError): void {
    this.#alive = false;
    for (const { command, fail } of this.#pending.values()) fail(errorFor(command));
    this.#pending.clear();
  }
}
