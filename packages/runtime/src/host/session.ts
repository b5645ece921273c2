import type { Client } from './client.js';
import { compactBytes } from './compact.js';
import type { HostedSession, HostTensor, RunOptions, SessionValue } from './contract.js';
import {
  cannotRun,
  sessionReleased,
  unfetchableOutputs,
  unknownInputs,
  unknownOutputs,
  unsupportedType,
} from './messages.js';
import { isTransferable } from './value-types.js';

/** A session that lives in the worker or process behind a client. */
export class RemoteSession implements HostedSession {
  readonly unfetchable: readonly string[];
  #released = false;

  constructor(
    private readonly client: Client,
    private readonly id: number,
    readonly inputs: readonly SessionValue[],
    readonly outputs: readonly SessionValue[],
  ) {
    this.unfetchable = outputs.filter((output) => !output.transferable).map(({ name }) => name);
  }

  async run(feeds: ReadonlyMap<string, HostTensor>, options: RunOptions = {}): Promise<Map<string, HostTensor>> {
    if (this.#released) throw sessionReleased();
    this.#checkFeeds(feeds);
    const fetches = this.#checkFetches(options.fetches);
    const result = await this.client.send({ kind: 'run', session: this.id, feeds, fetches }, options.signal);
    if (result.kind !== 'ran') throw cannotRun(result.kind === 'failed' ? result.message : result.kind);
    return new Map([...result.outputs].map(([name, tensor]) => [name, compactTensor(tensor)]));
  }

  async release(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    if (!this.client.alive) return;
    // A host that ends meanwhile has given the memory back as well.
    await this.client.send({ kind: 'release', session: this.id }, undefined).catch(() => undefined);
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
