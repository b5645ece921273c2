import {
  computedTensor,
  float32Tensor,
  type Graph,
  memoryTensor,
  readFloats,
  type Scratch,
  type Tensor,
} from '@onnx-compress/graph';
import {
  blocksPerRow,
  packBlockRows,
  packBlockZeros,
  packNibbles,
  roundToBlockRows,
  roundToPackedBlocks,
  transpose2d,
  transposedParameters,
} from '@onnx-compress/math';
import type { WeightGroup } from '../../placement/weight-group.js';
import { type ChosenBlocks, nibblesOf } from '../chosen-blocks.js';

/** Names of the constants that stand for a weight: integers, scales, and zero points where there are some. */
export type BlockConstants = readonly string[];

/**
 * A matrix in blocks in the scope of the original, in the order in which a kernel reads it. Constants are added when
 * they are asked for, once each; their bytes are computed when the file is written.
 */
export class StoredBlocks {
  readonly #graph: Graph;
  readonly #name: string;
  readonly #tensor: Tensor;
  readonly #names = new Map<string, string>();

  constructor(
    { weight, tensor }: WeightGroup,
    readonly chosen: ChosenBlocks,
    private readonly scratch: Scratch,
  ) {
    this.#graph = weight.graph;
    this.#name = weight.name;
    this.#tensor = tensor;
  }

  /** Int4 or uint4 [columns, rows] with parameters [blocks, rows], as DequantizeLinear of axis 0 reads them. */
  columnwise(factor: number): BlockConstants {
    const { rows, columns } = this.chosen.view.layout;
    const { scales, zeroPoints } = transposedParameters(this.chosen.parameters, rows);
    const dims = [scales.length / rows, rows];
    return this.#constants(this.#integers([columns, rows], true), {
      scale: float32Tensor(dims, scaled(scales, factor)),
      factor,
      zeros: zeroPoints && memoryTensor('uint4', dims, packNibbles(zeroPoints)),
    });
  }

  /** Uint8 [rows, blocks, blockSize / 2] with flat parameters, as MatMulNBits reads them. */
  inBlobs(factor: number): BlockConstants {
    const { layout } = this.chosen.view;
    const { rows, blockSize } = layout;
    const { scales, zeroPoints } = this.chosen.parameters;
    const dims = [rows, blocksPerRow(layout), blockSize / 2];
    const integers = () => computedTensor('uint8', dims, (target) => this.#blobs(target));
    const zeros = zeroPoints && packBlockZeros(zeroPoints, rows);
    return this.#constants(integers, {
      scale: float32Tensor([scales.length], scaled(scales, factor)),
      factor,
      zeros: zeros && memoryTensor('uint8', [zeros.length], zeros),
    });
  }

  /** Int4 or uint4 [rows, columns] with parameters [rows, blocks], as GatherBlockQuantized reads them. */
  rowwise(): BlockConstants {
    const { rows, columns } = this.chosen.view.layout;
    const { scales, zeroPoints } = this.chosen.parameters;
    const blocks = scales.length / rows;
    return this.#constants(this.#integers([rows, columns], false), {
      scale: float32Tensor([rows, blocks], scales),
      factor: 1,
      zeros: zeroPoints && memoryTensor('uint4', [rows, blocks], packNibbles(zeroPoints)),
    });
  }

  #constants(
    integers: () => Tensor,
    { scale, factor, zeros }: { readonly scale: Tensor; readonly factor: number; readonly zeros: Tensor | undefined },
  ): BlockConstants {
    return [
      this.#add('int4', 'int4', integers),
      this.#add('scale', `scale ${factor}`, () => scale),
      ...(zeros === undefined ? [] : [this.#add('zero_point', 'zero_point', () => zeros)]),
    ];
  }

  /** Rounded and packed at once where the weight has the order that the kernel wants. */
  #integers(dims: readonly number[], byColumns: boolean): () => Tensor {
    const { format, view, parameters, integers } = this.chosen;
    const { symmetric } = format;
    const isInOrder = integers === undefined && (view.layout.transposed ?? false) === byColumns;
    const inOrder = (nibbles: Uint8Array) => (byColumns ? this.#byColumns(nibbles) : this.#byRows(nibbles));
    return () =>
      computedTensor(symmetric ? 'int4' : 'uint4', dims, (target) =>
        isInOrder
          ? this.#rounded((values) => roundToPackedBlocks(values, view.layout, parameters, symmetric, target))
          : this.#nibbles((nibbles) => packNibbles(inOrder(nibbles), symmetric)),
      );
  }

  #blobs(target: Uint8Array | undefined): Promise<Uint8Array> {
    const { integers, parameters, view } = this.chosen;
    return integers === undefined
      ? this.#rounded((values) => roundToBlockRows(values, view.layout, parameters, target))
      : this.#nibbles((nibbles) => packBlockRows(this.#byRows(nibbles), view.layout));
  }

  /** The nibbles in the order of the weight. */
  #nibbles(use: (nibbles: Uint8Array) => Uint8Array): Promise<Uint8Array> {
    return this.#rounded((values) => use(nibblesOf(values, this.chosen)));
  }

  /** Reads the weight for as long as it is rounded. */
  #rounded(round: (values: Float32Array) => Uint8Array): Promise<Uint8Array> {
    const tensor = this.#tensor;
    return this.scratch.lend(tensor.byteLength, async (into) => round(await readFloats(tensor, into)));
  }

  #byRows(nibbles: Uint8Array): Uint8Array {
    const { rows, columns, transposed } = this.chosen.view.layout;
    return transposed ? transpose2d(nibbles, columns, rows, 1) : nibbles;
  }

  #byColumns(nibbles: Uint8Array): Uint8Array {
    const { rows, columns, transposed } = this.chosen.view.layout;
    return transposed ? nibbles : transpose2d(nibbles, rows, columns, 1);
  }

  #add(purpose: string, key: string, tensor: () => Tensor): string {
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const name = this.#graph.addWeight(this.#graph.uniqueName(`${this.#name}_${purpose}`), tensor()).name;
    this.#names.set(key, name);
    return name;
  }
}

const scaled = (scales: Float32Array, factor: number) =>
  factor === 1 ? scales : scales.map((scale) => scale * factor);
