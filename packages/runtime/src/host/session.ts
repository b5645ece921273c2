import type { Client } from './client.js';
import { compactBytes } from './compact.js';
import type { HostTensor, RunOptions, SessionValue } from './contract.js';
import {
  cannotRun,
  sessionReleased,
  unfetchableOutputs,
  unknownInputs,
  unknownOutputs,
  unsupportedType,
} from './messages.js';
import type { Command } from './protocol.js';
import type { TimedSession } from './timing-contract.js';
import { isTransferable } from './value-types.js';

/** A session that lives in the worker or process behind a client. */
export class RemoteSession implements TimedSession {
  readonly unfetchable: readonly string[];
  #released = false;

  constructor(
    private readonly client: Client,
    readonly id: number,
    readonly inputs: readonly SessionValue[],
    readonly outputs: readonly SessionValue[],
    readonly loadMs: number,
  ) {
    this.unfetchable = outputs.filter((output) => !output.transferable).map(({ name }) => name);
  }

  async run(feeds: ReadonlyMap<string, HostTensor>, options: RunOptions = {}): Promise<Map<string, HostTensor>> {
    const result = await this.client.send(this.#inference('run', feeds, options), options.signal);
    if (result.kind !== 'ran') throw cannotRun(result.kind === 'failed' ? result.message : result.kind);
    return new Map([...result.outputs].map(([name, tensor]) => [name, compactTensor(tensor)]));
  }

  async bind(feeds: ReadonlyMap<string, HostTensor>, options: RunOptions = {}): Promise<void> {
    const result = await this.client.send(this.#inference('bind', feeds, options), options.signal);
    if (result.kind !== 'bound') throw cannotRun(result.kind === 'failed' ? result.message : result.kind);
  }

  async endProfiling(signal?: AbortSignal): Promise<void> {
    if (this.#released) throw sessionReleased();
    const result = await this.client.send({ kind: 'endProfiling', session: this.id }, signal);
    if (result.kind !== 'profiled') throw cannotRun(result.kind === 'failed' ? result.message : result.kind);
  }

  async release(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    if (!this.client.alive) return;
    // A host that ends meanwhile has given the memory back as well.
    await this.client.send({ kind: 'release', session: this.id }, undefined).catch(() => undefined);
  }

  #inference(kind: 'run' | 'bind', feeds: ReadonlyMap<string, HostTensor>, { fetches }: RunOptions): Command {
    if (this.#released) throw sessionReleased();
    this.#checkFeeds(feeds);
    return { kind, session: this.id, feeds, fetches: this.#checkFetches(fetches) };
  }

  #checkFeeds(feeds: ReadonlyMap<string, HostTensor>): void {
    const known = this.inputs.map(({ name }) => name);
    const unknown = [...feeds.keys()].filter((name) => !known.includes(name));
    if (unknown.length > 0) throw unknownInputs(unknown, known);
    for (const { dataType } of feeds.values()) if (!isTransferable(dataType)) throw unsupportedType(dataType);
  }

  #checkFetches(fetches: readonly string[] | undefined): readonly string[] {
    const known = this.outputs.map(({ name }) => name);
    const wanted = fetches ?? known.filter((name) => !this.unfetchable.includes(name));
    const unknown = wanted.filter((name) => !known.includes(name));
    if (unknown.length > 0) throw unknownOutputs(unknown, known);
    const unreadable = wanted.filter((name) => this.unfetchable.includes(name));
    if (unreadable.length > 0 || wanted.length === 0) {
      throw unfetchableOutputs(unreadable.length > 0 ? unreadable : this.unfetchable);
    }
    return wanted;
  }
}

function compactTensor(tensor: HostTensor): HostTensor {
  return tensor.dataType === 'string' ? tensor : { ...tensor, bytes: compactBytes(tensor.bytes) };
}
