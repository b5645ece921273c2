import { type Context, throwIfAborted, yieldToEventLoop } from '@onnx-compress/core';
import { type Graph, readFloats, type Scratch } from '@onnx-compress/graph';
import { hasNonFinite, signalToNoiseDb } from '@onnx-compress/math';
import { tensorBytes } from '../file-cost.js';
import { alsoReadBy, notFinite, wouldGrow } from '../messages.js';
import { otherReader, type WeightGroup } from '../placement/weight-group.js';
import { castToOwnType } from './own-type.js';
import { restoreCoded } from './packed-indices.js';
import { countBytes } from './restoration-site.js';
import type { CodedWeight, Refusal, WeightCode } from './weight-code.js';

/** A weight that is stored in fewer bits. */
export interface CodedGroup {
  readonly group: WeightGroup;
  readonly coded: CodedWeight;
  /** Energy of the weight over that of what the code takes from it; null where nothing is lost. */
  readonly snrDb: number | null;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/** Fits a code to one weight after the other, and leaves those that would not shrink. */
export class CodePlanner {
  /** What the accepted weights of a scope share. */
  readonly #shared = new Map<Graph, ReadonlySet<string>>();

  constructor(
    private readonly code: WeightCode,
    private readonly scratch: Scratch,
    private readonly context: Context,
  ) {}

  async plan(group: WeightGroup): Promise<CodedGroup | Refusal> {
    throwIfAborted(this.context.signal);
    const { weight, tensor } = group;
    const reader = otherReader(group);
    if (reader !== undefined) return { reason: alsoReadBy(weight.name, reader) };
    return this.scratch.lend(tensor.byteLength, async (into) => this.#fit(group, await readFloats(tensor, into)));
  }

  async #fit(group: WeightGroup, values: Float32Array): Promise<CodedGroup | Refusal> {
    const { weight, tensor, channelAxis } = group;
    if (hasNonFinite(values)) return { reason: notFinite(weight.name) };
    const { signal, random } = this.context;
    const { name } = weight;
    const tools = { signal, random: (purpose: string) => random(`${this.code.scheme} ${name} ${purpose}`) };
    const coded = await this.code.fit(values, { name, dims: tensor.dims, channelAxis }, tools);
    if ('reason' in coded) return coded;
    const size = this.#sizeOf(group, coded);
    if (size.bytesAfter >= size.bytesBefore) return { reason: wouldGrow(size.bytesBefore, size.bytesAfter) };
    await yieldToEventLoop(signal);
    const indices = coded.indices(values);
    await yieldToEventLoop(signal);
    const restored = coded.restored(indices);
    await yieldToEventLoop(signal);
    const snrDb = signalToNoiseDb(values, restored);
    return { group, coded, snrDb: Number.isFinite(snrDb) ? snrDb : null, ...size };
  }

  #sizeOf({ weight, tensor }: WeightGroup, coded: CodedWeight) {
    const { name, graph } = weight;
    const known = new Set(this.#shared.get(graph));
    const bytesBefore = tensorBytes(name, tensor.dims.length, tensor.byteLength);
    const bytesAfter = countBytes(name, known, (site) => {
      castToOwnType(tensor, restoreCoded({ tensor, coded }, site, this.scratch), site);
    });
    if (bytesAfter < bytesBefore) this.#shared.set(graph, known);
    return { bytesBefore, bytesAfter };
  }
}
