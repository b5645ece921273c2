import { throwIfAborted } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import type { HostedSession, HostTensor, OptimizationLevel, SessionValue } from '../host/contract.js';
import { HostError } from '../host/errors.js';
import type { HostFeeds } from '../inputs/input-spec.js';
import type { VerificationInputs } from '../inputs/verification-inputs.js';
import { attempt } from './attempt.js';
import type { Sessions } from './sessions.js';
import type { VerifiedModel } from './verify-models.js';

/** What a model puts out on one sample. */
export type Outputs = ReadonlyMap<string, HostTensor>;

/** Bytes of weights from which on a session is closed rather than kept open for outputs that can be kept instead. */
const LARGE = 2 ** 26;

/** Bytes of outputs that may be kept in place of a session: as many as the weights that it holds, of a large model. */
function bytesToKeep(model: Model): number {
  let bytes = 0;
  for (const { tensor } of model.weights()) bytes += tensor.byteLength;
  return bytes < LARGE ? 0 : bytes;
}

const bytesIn = (tensor: HostTensor) =>
  'bytes' in tensor ? tensor.bytes.length : tensor.strings.reduce((sum, { length }) => sum + 2 * length, 0);

const bytesOf = (outputs: Outputs) => [...outputs.values()].reduce((sum, tensor) => sum + bytesIn(tensor), 0);

/** How a comparison may be limited and watched. */
export interface SampleRequest {
  /** At most so many samples, the first ones. */
  readonly limit: number;
  readonly signal?: AbortSignal | undefined;
  /** Called after each compared sample. */
  readonly onSample?: ((done: number, total: number) => void) | undefined;
}

/**
 * A model at one optimization level that runs on samples. The outputs of a large one are kept where they take less
 * memory than its weights, so that it need not stay open while another is.
 */
export class SampledModel {
  readonly inputs: readonly SessionValue[];
  readonly outputs: readonly SessionValue[];
  readonly unfetchable: readonly string[];
  readonly #kept: Outputs[] = [];
  #session: HostedSession | undefined;
  #bytesLeft: number;

  private constructor(
    private readonly sessions: Sessions,
    private readonly model: VerifiedModel,
    readonly level: OptimizationLevel,
    private readonly asked: number,
    session: HostedSession,
  ) {
    ({ inputs: this.inputs, outputs: this.outputs, unfetchable: this.unfetchable } = session);
    this.#session = session;
    this.#bytesLeft = bytesToKeep(model.model);
  }

  /**
   * Loads a model; a refusal of onnxruntime comes back as a value.
   *
   * @param asked how many of the first samples it may be asked for again
   */
  static async open(
    sessions: Sessions,
    model: VerifiedModel,
    level: OptimizationLevel,
    asked: number,
  ): Promise<SampledModel | HostError> {
    const session = await sessions.open(model.location, level);
    return session instanceof HostError ? session : new SampledModel(sessions, model, level, asked, session);
  }

  /** What it puts out on the sample of an index, from memory where that is kept; a failure comes back as a value. */
  async run(index: number, feeds: HostFeeds, signal: AbortSignal | undefined): Promise<Outputs | HostError> {
    const kept = this.#kept[index];
    if (kept !== undefined) return kept;
    const outputs = await this.runAgain(feeds, signal);
    if (!(outputs instanceof HostError)) this.#keep(index, outputs);
    return outputs;
  }

  /** As `run`, never from memory. */
  async runAgain(feeds: HostFeeds, signal: AbortSignal | undefined): Promise<Outputs | HostError> {
    const session = this.#session ?? (await this.sessions.open(this.model.location, this.level));
    if (session instanceof HostError) return session;
    this.#session = session;
    return attempt(session.run(feeds, signal === undefined ? {} : { signal }));
  }

  #keep(index: number, outputs: Outputs): void {
    if (index !== this.#kept.length || index >= this.asked) return;
    this.#bytesLeft -= bytesOf(outputs);
    if (this.#bytesLeft >= 0) this.#kept.push(outputs);
  }

  /**
   * Gives the session back where the outputs of all these samples can be kept; those that are not yet known are
   * computed now. Otherwise it stays open.
   *
   * @returns why it does not run
   */
  async settle(inputs: VerificationInputs, { limit, signal }: SampleRequest): Promise<HostError | undefined> {
    if (this.#bytesLeft <= 0) return undefined;
    const total = Math.min(limit, inputs.count);
    let index = 0;
    for await (const feeds of inputs.samples()) {
      if (index === total || this.#bytesLeft <= 0) break;
      if (signal !== undefined) throwIfAborted(signal);
      const outputs = await this.run(index, feeds, signal);
      if (outputs instanceof HostError) return outputs;
      index++;
    }
    if (this.#kept.length >= total) await this.close();
    return undefined;
  }

  /** Gives the session back; a further run opens it again. */
  async close(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    if (session !== undefined) await this.sessions.release(session);
  }
}
