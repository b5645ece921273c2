import { type Context, throwIfAborted, yieldToEventLoop } from '@onnx-compress/core';
import { type Graph, readFloats, type Scratch } from '@onnx-compress/graph';
import { errorEnergy, hasNonFinite, inRanges, type Pause } from '@onnx-compress/math';
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
    const { signal, random } = this.context;
    const pause = () => yieldToEventLoop(signal);
    if (!(await areFinite(values, pause))) return { reason: notFinite(weight.name) };
    const { name } = weight;
    const tools = { signal, random: (purpose: string) => random(`${this.code.scheme} ${name} ${purpose}`) };
    const coded = await this.code.fit(values, { name, dims: tensor.dims, channelAxis }, tools);
    if ('reason' in coded) return coded;
    const size = this.#sizeOf(group, coded);
    if (size.bytesAfter >= size.bytesBefore) return { reason: wouldGrow(size.bytesBefore, size.bytesAfter) };
    return { group, coded, snrDb: await snrOf(values, coded, pause), ...size };
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

async function areFinite(values: Float32Array, pause: Pause): Promise<boolean> {
  let finite = true;
  const look = (from: number, to: number) => {
    finite &&= !hasNonFinite(values.subarray(from, to));
  };
  await inRanges(values.length, look, pause);
  return finite;
}

/** See {@link CodedGroup.snrDb}. */
async function snrOf(values: Float32Array, coded: CodedWeight, pause: Pause): Promise<number | null> {
  await pause();
  const indices = await coded.indices(values, pause);
  await pause();
  const restored = await coded.restored(indices, pause);
  await pause();
  let [signal, noise] = [0, 0];
  const add = (from: number, to: number) => {
    const energy = errorEnergy(values.subarray(from, to), restored.subarray(from, to));
    [signal, noise] = [signal + energy.signal, noise + energy.noise];
  };
  await inRanges(values.length, add, pause);
  const snrDb = 10 * Math.log10(signal / noise);
  return Number.isFinite(snrDb) ? snrDb : null;
}
