import type { DataType } from '@onnx-compress/graph';

/** A function of one integer of 8 bits. */
export interface FunctionTable {
  /** What 0 to 255, or -128 to 127, become. */
  readonly integers: readonly number[];
  /** True where the kernels of onnxruntime give the same for every integer within a vector and alone. */
  readonly exact: boolean;
  /** Integers of which they do not. */
  readonly offByOne: number;
}

/** The smallest integer of a type of 8 bits. */
export function leastOf(dataType: DataType): number {
  return dataType === 'uint8' ? 0 : -128;
}

/**
 * A table as the kernels gave it. Those of exponentials and the like treat what is left over behind the last vector in
 * a way of its own, which shows in the integers only next to a tie.
 *
 * @param together what the kernels made of all integers at once
 * @param alone what they made of each by itself
 */
export function tableOf(together: readonly number[], alone: readonly number[]): FunctionTable {
  const offByOne = together.filter((integer, index) => integer !== alone[index]).length;
  return { integers: together, exact: offByOne === 0, offByOne };
}
