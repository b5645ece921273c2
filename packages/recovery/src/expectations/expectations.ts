import { type Dim, elementCount, type Node, type ShapeTable, type Value } from '@onnx-compress/graph';
import { perChannelConstant } from '../layers/per-channel-constant.js';
import { added, joined, type Moments, repeated, scaled, through, unknownMoments } from './moments.js';
import type { Found, Origin } from './origin.js';
import { scalarFunction } from './scalar-functions.js';

/** Operators behind which the mean of a channel is, or is about, what it was before. */
const KEEPS_MEAN = new Set(['MaxPool', 'AveragePool', 'GlobalAveragePool', 'GlobalMaxPool', 'Resize', 'Upsample']);

const LAYERS = new Set(['Conv', 'ConvTranspose', 'Gemm', 'MatMul']);

/**
 * Expected values of channels, from the parameters of the model alone: from where channels begin (see `Origin`) through
 * activations, taken over the normal distribution, and whatever else works on each channel apart. Sums count as sums of
 * independent values. Any other operator ends the chain: nothing is known behind it.
 */
export class Expectations {
  readonly #known = new Map<Value, Found>();

  constructor(
    private readonly types: ShapeTable,
    private readonly origin: Origin,
  ) {}

  /** Moments of each channel of a value; undefined where nothing is known of any. */
  of(value: Value): Found {
    const known = this.#known.get(value) ?? this.#find(value);
    this.#known.set(value, known);
    return known;
  }

  /** Takes moments for known that the chain does not tell. */
  assume(value: Value, moments: Moments): void {
    this.#known.set(value, Promise.resolve(moments));
  }

  async #find(value: Value): Found {
    const node = value.producer;
    if (node === undefined || node.domain !== '' || node.output(0) !== value) return undefined;
    if (!this.origin.follows(node)) return undefined;
    const apply = await scalarFunction(node);
    if (apply !== undefined) return this.#mapped(node, (moments) => through(moments, apply));
    if (KEEPS_MEAN.has(node.opType)) return this.#mapped(node, (moments) => moments);
    if (LAYERS.has(node.opType)) return this.origin.layer(node, this.#dims(value), () => this.#input(node));
    switch (node.opType) {
      case 'BatchNormalization':
        return this.origin.normalization(node, () => this.#input(node));
      case 'Add':
        return this.#sum(node);
      case 'Mul':
        return this.#product(node);
      case 'Concat':
        return this.#joined(node);
      case 'Transpose':
        return this.#mapped(node, (moments) => transposed(node, moments));
      case 'Flatten':
      case 'Reshape':
        return this.#mapped(node, (moments) => flattened(moments, this.#dimsAt(node, 0), this.#dims(value)));
      default:
        return undefined;
    }
  }

  async #mapped(node: Node, change: (moments: Moments) => Moments | undefined | Found): Found {
    const moments = await this.#input(node);
    return moments && change(moments);
  }

  async #input(node: Node): Found {
    const input = node.input(0);
    return input && this.of(input);
  }

  async #sum(node: Node): Found {
    const [left, right] = await this.#operands(node);
    if (left !== undefined && right !== undefined)
      return this.#alike(node, left, right) ? added(left, right) : undefined;
    return this.#withConstant(node, left, right, (moments, values) =>
      scaled(moments, new Float64Array(values.length).fill(1), values),
    );
  }

  async #product(node: Node): Found {
    const gated = await this.#gated(node);
    if (gated !== undefined) return gated;
    const [left, right] = await this.#operands(node);
    if (left !== undefined && right !== undefined) return undefined;
    return this.#withConstant(node, left, right, (moments, values) =>
      scaled(moments, values, new Float64Array(values.length)),
    );
  }

  /** `x * f(x)`, as SiLU and hard swish are often written. */
  async #gated(node: Node): Found {
    const [first, second] = [node.input(0), node.input(1)];
    for (const [data, gate] of [
      [first, second],
      [second, first],
    ]) {
      const apply = gate?.producer?.input(0) === data && gate?.producer && (await scalarFunction(gate.producer));
      const moments = apply && data && (await this.of(data));
      if (apply && moments) return through(moments, (x) => x * apply(x));
    }
    return undefined;
  }

  async #withConstant(
    node: Node,
    left: Moments | undefined,
    right: Moments | undefined,
    change: (moments: Moments, values: Float64Array) => Moments,
  ): Found {
    const moments = left ?? right;
    const rank = this.#dimsAt(node, left ? 0 : 1)?.length;
    if (moments === undefined || rank === undefined || rank !== this.#rankOfOutput(node)) return undefined;
    const operand = node.input(left ? 1 : 0);
    const values = await perChannelConstant(operand, moments.mean.length, rank - moments.axis);
    return values && change(moments, values);
  }

  /** True where two operands have the same channels on the same axis, without broadcast. */
  #alike(node: Node, left: Moments, right: Moments): boolean {
    const [leftRank, rightRank] = [this.#dimsAt(node, 0)?.length, this.#dimsAt(node, 1)?.length];
    return leftRank === rightRank && left.axis === right.axis && left.mean.length === right.mean.length;
  }

  async #operands(node: Node): Promise<readonly (Moments | undefined)[]> {
    const [left, right] = [node.input(0), node.input(1)];
    return [left && (await this.of(left)), right && (await this.of(right))];
  }

  async #joined(node: Node): Found {
    const rank = this.#rankOfOutput(node) ?? 0;
    const axis = node.int('axis', 1);
    const at = axis < 0 ? axis + rank : axis;
    const parts: Moments[] = [];
    for (const index of node.inputs.keys()) {
      const input = node.input(index);
      const moments = input && (await this.of(input));
      const channels = input && this.#dims(input)?.[at];
      if (typeof channels !== 'number') return undefined;
      parts.push(moments?.axis === at ? moments : unknownMoments(at, channels));
    }
    return joined(at, parts);
  }

  #rankOfOutput(node: Node): number | undefined {
    const output = node.output(0);
    return output && this.#dims(output)?.length;
  }

  #dimsAt(node: Node, input: number): readonly Dim[] | undefined {
    const value = node.input(input);
    return value && this.#dims(value);
  }

  #dims(value: Value): readonly Dim[] | undefined {
    return this.types.get(value)?.dims;
  }
}

function transposed(node: Node, moments: Moments): Moments | undefined {
  const axis = node.ints('perm')?.indexOf(moments.axis) ?? -1;
  return axis < 0 ? undefined : { ...moments, axis };
}

/** Channels before space, both in one axis. */
function flattened(
  moments: Moments,
  before: readonly Dim[] | undefined,
  after: readonly Dim[] | undefined,
): Moments | undefined {
  const sizes = before?.slice(1).map((size) => (typeof size === 'number' ? size : Number.NaN)) ?? [];
  const [, size] = after ?? [];
  if (moments.axis !== 1 || after?.length !== 2 || size !== elementCount(sizes)) return undefined;
  return repeated(moments, size / moments.mean.length);
}
