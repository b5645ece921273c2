import { type Graph, memoryTensor, type Scratch, type Tensor } from '@onnx-compress/graph';
import type { WeightGroup } from '../placement/weight-group.js';
import { affineTensor, isAffine } from './affine-weight.js';
import { isFine, remainders, upperBits } from './fine-weight.js';
import { type Int8Scales, int8Tensor } from './int8-weight.js';

/** How the scales lie in their tensor: `vector` [channels], or `aligned` with the axes of the weight for broadcasting. */
export type ScaleShape = 'vector' | 'aligned';

/**
 * A quantized weight in the scope of the original: `<weight>_quantized` and, for each factor and shape asked for,
 * `<weight>_scale`; where its integers are uint8, `<weight>_zero_point`. Nothing is added before it is asked for.
 */
export class StoredWeight {
  readonly #graph: Graph;
  readonly #tensor: Tensor;
  readonly #name: string;
  readonly #scales = new Map<string, string>();
  readonly #zeroPoints = new Map<ScaleShape, string>();
  #quantized: string | undefined;
  #remainders: string | undefined;

  constructor(
    group: WeightGroup,
    readonly int8: Int8Scales,
    private readonly scratch: Scratch,
  ) {
    this.#graph = group.weight.graph;
    this.#name = group.weight.name;
    this.#tensor = group.tensor;
  }

  /** Name of the initializer of integers; all who ask must agree on `transposed`. */
  quantized(transposed = false): string {
    this.#quantized ??= this.#add('quantized', this.#integers(transposed));
    return this.#quantized;
  }

  /** Name of the two bits beside the int8 of each number, four in a byte; undefined where there are none. */
  remainders(): string | undefined {
    if (!isFine(this.int8)) return undefined;
    this.#remainders ??= this.#add('remainders', remainders(this.#tensor, this.int8, this.scratch));
    return this.#remainders;
  }

  /** Name of the uint8 zero points; undefined where zero stands for zero. */
  zeroPoint(shape: ScaleShape): string | undefined {
    const { zeroPoints } = this.int8;
    if (zeroPoints === undefined) return undefined;
    const name =
      this.#zeroPoints.get(shape) ?? this.#add('zero_point', memoryTensor('uint8', this.#scaleDims(shape), zeroPoints));
    this.#zeroPoints.set(shape, name);
    return name;
  }

  /** Name of the float32 scales, each multiplied by `factor`. */
  scale(shape: ScaleShape, factor = 1): string {
    const key = `${shape} ${factor}`;
    const known = this.#scales.get(key);
    if (known !== undefined) return known;
    const values = factor === 1 ? this.int8.scales : this.int8.scales.map((scale) => scale * factor);
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const name = this.#add('scale', memoryTensor('float32', this.#scaleDims(shape), bytes));
    this.#scales.set(key, name);
    return name;
  }

  #integers(transposed: boolean): Tensor {
    if (isFine(this.int8)) return upperBits(this.#tensor, this.int8, this.scratch);
    return isAffine(this.int8)
      ? affineTensor(this.#tensor, this.int8, transposed, this.scratch)
      : int8Tensor(this.#tensor, this.int8, transposed, this.scratch);
  }

  #scaleDims(shape: ScaleShape): readonly number[] {
    const { axis, scales } = this.int8;
    if (axis === undefined) return [];
    return shape === 'vector' ? [scales.length] : this.#tensor.dims.map((size, index) => (index === axis ? size : 1));
  }

  #add(suffix: string, tensor: Tensor): string {
    return this.#graph.addWeight(this.#graph.uniqueName(`${this.#name}_${suffix}`), tensor).name;
  }
}
