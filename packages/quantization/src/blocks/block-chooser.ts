import type { Context } from '@onnx-compress/core';
import { transpose2d } from '@onnx-compress/math';
import { hqqBlocks } from './assignment/hqq-blocks.js';
import { type BlockFormat, type BlockWeight, nearestParameters, type ScaledBlocks } from './block-format.js';
import { type BlockView, blockView, toLayout } from './block-view.js';
import type { ChosenBlocks } from './chosen-blocks.js';
import type { ScaleType } from './half-scales.js';

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
   * @param scaleType what the scales are stored in, unless a search chose them or float16 is too coarse
   * @returns undefined when the values hold NaN or infinities
   * @throws CancelledError when the signal fires
   */
  async choose(
    values: Float32Array,
    { name, dims, channelAxis }: Subject,
    scaleType: ScaleType,
    work: Pick<Context, 'signal'>,
  ): Promise<ChosenBlocks | undefined> {
    const format = { ...this.format, scaleType };
    const view = blockView(dims, channelAxis, format.blockSize);
    const assigned = this.assigned.get(name);
    if (assigned !== undefined) {
      const { parameters, integers } = assigned;
      return { format: assigned.format, view, parameters, ...(integers && { integers }) };
    }
    const scaled = await this.#scaled(values, view, format, work);
    return scaled && { ...scaled, view };
  }

  async #scaled(
    values: Float32Array,
    view: BlockView,
    format: BlockFormat,
    work: Pick<Context, 'signal'>,
  ): Promise<ScaledBlocks | undefined> {
    const ordered = toLayout(values, view);
    if (this.method === 'rtn') return nearestParameters(ordered, view.layout, format);
    const { rows, columns, transposed } = view.layout;
    const matrix = transposed ? rowsOf(ordered, rows, columns) : ordered;
    const found = await hqqBlocks({ matrix, rows, columns }, format, work);
    return found && { format: found.format, parameters: found.parameters };
  }
}

function rowsOf({ buffer, byteOffset, byteLength }: Float32Array, rows: number, columns: number): Float32Array {
  return new Float32Array(transpose2d(new Uint8Array(buffer, byteOffset, byteLength), columns, rows, 4).buffer);
}
