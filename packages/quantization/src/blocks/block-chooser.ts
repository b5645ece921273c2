import type { Context } from '@onnx-compress/core';
import { type BlockParameters, transpose2d } from '@onnx-compress/math';
import { hqqBlocks } from './assignment/hqq-blocks.js';
import { type BlockFormat, type BlockWeight, nearestParameters } from './block-format.js';
import { type BlockView, blockView, toLayout } from './block-view.js';
import type { ChosenBlocks } from './chosen-blocks.js';

/** How the parameters of weights are found that no search has chosen beforehand. */
export type ParameterMethod = 'rtn' | 'hqq';

/** Weights whose integers a search chose beforehand, by name. */
export type AssignedBlocks = ReadonlyMap<string, BlockWeight>;

/** What a weight is, as far as its blocks depend on that. */
interface Subject {
  readonly name: string;
  readonly dims: readonly number[];
  readonly channelAxis: number | undefined;
}

/** Chooses the blocks of weights, one after the other. */
export class BlockChooser {
  constructor(
    readonly format: BlockFormat,
    private readonly method: ParameterMethod,
    private readonly assigned: AssignedBlocks,
  ) {}

  /**
   * The blocks of a weight: those that a search chose, or the ones that its numbers are nearest to.
   *
   * @returns undefined when the values hold NaN or infinities
   * @throws CancelledError when the signal fires
   */
  async choose(
    values: Float32Array,
    { name, dims, channelAxis }: Subject,
    work: Pick<Context, 'signal'>,
  ): Promise<ChosenBlocks | undefined> {
    const { format } = this;
    const view = blockView(dims, channelAxis, format.blockSize);
    const assigned = this.assigned.get(name);
    if (assigned !== undefined) {
      const { parameters, integers } = assigned;
      return { format, view, parameters, ...(integers && { integers }) };
    }
    const parameters = await this.#parameters(values, view, work);
    return parameters && { format, view, parameters };
  }

  async #parameters(
    values: Float32Array,
    view: BlockView,
    work: Pick<Context, 'signal'>,
  ): Promise<BlockParameters | undefined> {
    const ordered = toLayout(values, view);
    if (this.method === 'rtn') return nearestParameters(ordered, view.layout, this.format);
    const { rows, columns, transposed } = view.layout;
    const matrix = transposed ? rowsOf(ordered, rows, columns) : ordered;
    return (await hqqBlocks({ matrix, rows, columns }, this.format, work))?.parameters;
  }
}

function rowsOf({ buffer, byteOffset, byteLength }: Float32Array, rows: number, columns: number): Float32Array {
  return new Float32Array(transpose2d(new Uint8Array(buffer, byteOffset, byteLength), columns, rows, 4).buffer);
}
