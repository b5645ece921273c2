import { throwIfAborted } from '@onnx-compress/core';
import { present } from '@onnx-compress/graph';
import { HostError } from '../host/errors.js';
import type { HostFeeds } from '../inputs/input-spec.js';
import type { VerificationInputs } from '../inputs/verification-inputs.js';
import { OutputComparison } from './output-comparison.js';
import type { Outputs, SampledModel, SampleRequest } from './sampled-model.js';

/** Two models compared on samples, or which of them failed. */
export type SampleComparison =
  | { readonly kind: 'compared'; readonly outputs: readonly OutputComparison[] }
  | { readonly kind: 'failed'; readonly side: 'reference' | 'candidate'; readonly error: HostError };

/** Runs both models on the same samples and compares all outputs that Node.js can read. */
export async function compareOnSamples(
  reference: SampledModel,
  candidate: SampledModel,
  inputs: VerificationInputs,
  { limit, signal, onSample }: SampleRequest,
): Promise<SampleComparison> {
  const outputs = comparable(reference, candidate).map((name) => new OutputComparison(name));
  const total = Math.min(limit, inputs.count);
  let done = 0;
  for await (const feeds of inputs.samples()) {
    if (done === total) break;
    if (signal !== undefined) throwIfAborted(signal);
    const expected = await reference.run(done, feeds, signal);
    if (expected instanceof HostError) return { kind: 'failed', side: 'reference', error: expected };
    const actual = await candidate.run(done, feeds, signal);
    if (actual instanceof HostError) return { kind: 'failed', side: 'candidate', error: actual };
    addSample(outputs, expected, actual, feeds);
    done++;
    onSample?.(done, total);
  }
  return { kind: 'compared', outputs };
}

/** Names of outputs that both can hand over. */
function comparable(reference: SampledModel, candidate: SampledModel): readonly string[] {
  const readable = new Set(candidate.outputs.filter(({ transferable }) => transferable).map(({ name }) => name));
  return reference.outputs
    .filter(({ name, transferable }) => transferable && readable.has(name))
    .map(({ name }) => name);
}

/** Adds what two models put out on the same inputs. */
export function addSample(
  outputs: readonly OutputComparison[],
  expected: Outputs,
  actual: Outputs,
  feeds: HostFeeds,
): void {
  for (const output of outputs) {
    const { name } = output;
    output.add(present(expected.get(name), `output ${name}`), present(actual.get(name), `output ${name}`), feeds);
  }
}
