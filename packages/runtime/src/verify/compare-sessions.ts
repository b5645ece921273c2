import { throwIfAborted } from '@onnx-compress/core';
import { present } from '@onnx-compress/graph';
import type { HostedSession, HostTensor } from '../host/contract.js';
import { HostError } from '../host/errors.js';
import type { HostFeeds } from '../inputs/input-spec.js';
import type { VerificationInputs } from '../inputs/verification-inputs.js';
import { OutputComparison } from './output-comparison.js';

/** How a comparison of two sessions may be limited and watched. */
export interface ComparisonOptions {
  /** At most so many samples, the first ones. */
  readonly limit: number;
  readonly signal?: AbortSignal | undefined;
  /** Called after each sample. */
  readonly onSample?: ((done: number, total: number) => void) | undefined;
}

/** Two sessions compared on samples, or which of them failed. */
export type SessionComparison =
  | { readonly kind: 'compared'; readonly outputs: readonly OutputComparison[] }
  | { readonly kind: 'failed'; readonly side: 'reference' | 'candidate'; readonly error: HostError };

/** Runs both sessions on the same samples and compares all outputs that Node.js can read. */
export async function compareSessions(
  reference: HostedSession,
  candidate: HostedSession,
  inputs: VerificationInputs,
  { limit, signal, onSample }: ComparisonOptions,
): Promise<SessionComparison> {
  const outputs = comparable(reference, candidate).map((name) => new OutputComparison(name));
  const fetches = outputs.map(({ name }) => name);
  const run = (session: HostedSession, feeds: HostFeeds) =>
    attempt(session.run(feeds, { fetches, ...(signal === undefined ? {} : { signal }) }));
  const total = Math.min(limit, inputs.count);
  let done = 0;
  for await (const feeds of inputs.samples()) {
    if (done === total) break;
    if (signal !== undefined) throwIfAborted(signal);
    const expected = await run(reference, feeds);
    if (expected instanceof HostError) return { kind: 'failed', side: 'reference', error: expected };
    const actual = await run(candidate, feeds);
    if (actual instanceof HostError) return { kind: 'failed', side: 'candidate', error: actual };
    addSample(outputs, expected, actual, feeds);
    onSample?.(++done, total);
  }
  return { kind: 'compared', outputs };
}

/** Names of outputs that both sessions can hand over. */
function comparable(reference: HostedSession, candidate: HostedSession): readonly string[] {
  const readable = new Set(candidate.outputs.filter(({ transferable }) => transferable).map(({ name }) => name));
  return reference.outputs
    .filter(({ name, transferable }) => transferable && readable.has(name))
    .map(({ name }) => name);
}

function addSample(
  outputs: readonly OutputComparison[],
  expected: ReadonlyMap<string, HostTensor>,
  actual: ReadonlyMap<string, HostTensor>,
  feeds: HostFeeds,
): void {
  for (const output of outputs) {
    const { name } = output;
    output.add(present(expected.get(name), `output ${name}`), present(actual.get(name), `output ${name}`), feeds);
  }
}

/** The result, or the failure of onnxruntime as a value; anything else that is thrown is thrown on. */
export async function attempt<T>(work: Promise<T>): Promise<T | HostError> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof HostError) return error;
    throw error;
  }
}
