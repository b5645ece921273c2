import type { Host, HostedSession, ModelLocation, OptimizationLevel } from '../host/contract.js';
import type { HostError } from '../host/errors.js';
import { attempt } from './attempt.js';

/** Sessions that are open at the moment, so that none is forgotten. */
export class Sessions {
  readonly #open = new Set<HostedSession>();

  constructor(
    private readonly host: Host,
    private readonly options: { readonly threads?: number | undefined; readonly signal?: AbortSignal | undefined },
  ) {}

  /** Loads a model; a refusal of onnxruntime comes back as a value. */
  async open(model: ModelLocation, optimization: OptimizationLevel): Promise<HostedSession | HostError> {
    const { threads, signal } = this.options;
    const session = await attempt(
      this.host.open(model, {
        optimization,
        ...(threads === undefined ? {} : { threads }),
        ...(signal === undefined ? {} : { signal }),
      }),
    );
    if ('run' in session) this.#open.add(session);
    return session;
  }

  async release(session: HostedSession): Promise<void> {
    this.#open.delete(session);
    await session.release();
  }

  async releaseAll(): Promise<void> {
    for (const session of [...this.#open]) await this.release(session);
  }
}
