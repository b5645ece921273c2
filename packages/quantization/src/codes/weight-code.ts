import type { Context, Random } from '@onnx-compress/core';
import type { AttributeValue, Tensor } from '@onnx-compress/graph';
import type { Pause } from '@onnx-compress/math';

/** A weight as a code sees it. */
export interface CodeSubject {
  readonly name: string;
  readonly dims: readonly number[];
  /** Axis whose entries may have parameters of their own; undefined where layers that share the weight disagree. */
  readonly channelAxis: number | undefined;
}

/** What computes a weight from constants, in front of its first reader; onnxruntime folds all of it at load. */
export interface Restoration {
  /** Adds a constant named after the weight and its purpose; returns its name. */
  constant(purpose: string, tensor: Tensor): string;
  /** Adds a node with one output; returns the name of that. */
  compute(opType: string, inputs: readonly string[], attributes?: Readonly<Record<string, AttributeValue>>): string;
  /** Name of the indices as int32, in the shape of the weight: what a Gather needs, without the way over float32. */
  integers(): string;
}

/** A weight whose parameters are chosen. Its numbers are not kept: they are asked for again when the file is written. */
export interface CodedWeight {
  /** Bits of one index, 1 to 8. */
  readonly bits: number;
  /**
   * The index of each number, in the order of the weight; the same whenever it is asked.
   *
   * @param pause called where this takes long
   * @throws whatever `pause` throws
   */
  indices(values: Float32Array, pause: Pause): Promise<Uint8Array>;
  /** What indices stand for, to the last bit as the nodes of `emit` compute it in float32; pauses as `indices` does. */
  restored(indices: Uint8Array, pause: Pause): Promise<Float32Array>;
  /**
   * Adds what turns indices into the weight; called once more beforehand, to count what it adds. Operators of opset 10.
   *
   * @param indices name of the indices as float32, in the shape of the weight
   * @returns name of the float32 weight, in its shape
   */
  emit(indices: string, restoration: Restoration): string;
}

/** Why a weight keeps its floats. */
export interface Refusal {
  readonly reason: string;
}

/** One way to store a weight in few bits. */
export interface WeightCode {
  /** As in a spec, without its options: `codebook`, `ternary`. */
  readonly scheme: string;
  /**
   * Chooses the parameters of a weight.
   *
   * @param values finite; not to be kept or changed
   * @throws CancelledError when the signal fires; long searches yield to the event loop
   */
  fit(values: Float32Array, subject: CodeSubject, tools: CodeTools): Promise<CodedWeight | Refusal>;
}

/** What a run lends to a code. */
interface CodeTools {
  readonly signal: Context['signal'];
  /** A stream of random numbers for this weight alone. */
  random(purpose: string): Random;
}
