import type { Observer, Taps } from '@onnx-compress/core';
import { float32Tensor, present, type Tensor } from '@onnx-compress/graph';
import { addBinCounts } from '@onnx-compress/math';
import type { BinGrid } from './histogram.js';

/** `TensorProto.UINT16`. */
const UINT16 = 4;

/** Bytes of an element that leaves onnxruntime. */
export const BIN_BYTES = 2;

/** Counts the elements of a value; onnxruntime computes the bin of each, so that only two bytes of it have to move. */
export class BinnedValue implements Observer {
  /** @param stride one of so many elements of each row of the first axis is counted; 1 for all elements of any value */
  constructor(
    readonly name: string,
    readonly stride: number,
    private readonly grid: BinGrid,
    private readonly counts: Float64Array,
  ) {}

  /** Cast cuts off the fraction; half a bin more makes that a rounding. No number lies below the first bin. */
  tap(taps: Taps): readonly string[] {
    const factor = taps.constant(float32Tensor([], [1 / this.grid.width]));
    const offset = taps.constant(float32Tensor([], [this.grid.zero + 0.5]));
    const bins = taps.op('Add', [taps.op('Mul', [this.#counted(taps), factor]), offset]);
    return [taps.op('Cast', [bins], { to: { int: UINT16 } })];
  }

  async add([result]: readonly Tensor[]): Promise<void> {
    const bytes = await present(result, 'bins').bytes();
    addBinCounts(new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / BIN_BYTES), this.counts);
  }

  /** A pool of windows of one element with a stride exists in all operator sets, a slice with a step does not. */
  #counted(taps: Taps): string {
    const floats = taps.float(this.name);
    if (this.stride === 1) return floats;
    const attributes = { kernel_shape: { ints: [1] }, strides: { ints: [this.stride] } };
    return taps.op('MaxPool', [taps.reshape(floats, [0, 1, -1])], attributes);
  }
}
