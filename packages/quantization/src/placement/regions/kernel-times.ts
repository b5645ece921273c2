import { type DimsOf, elementCount, macRuleOf, type Value, weightBehind } from '@onnx-compress/graph';
import type { LayerKind, LayerTime, Layout, TargetTable } from '../targets/target-table.js';
import type { Unit } from './unit.js';

/** Weights from which a matrix product of the float side is computed on integers too, with scales found at run time. */
const DYNAMIC_FROM = 128 * 128;

/** Kinds of convolution that run in the blocked layout, which the input of a stem need not have. */
const BLOCKED_LAYERS: ReadonlySet<string> = new Set(['dense', 'pointwise', 'depthwise', 'uneven']);

/** What a unit takes on either side, in nanoseconds. */
interface SideTimes {
  readonly float: number;
  readonly integer: number;
}

/** Estimates times from the figures of a target and the shapes of a model. */
export class KernelTimes {
  readonly #macs = new Map<Unit, number>();

  constructor(
    readonly table: TargetTable,
    private readonly dimsOf: DimsOf,
    /** Whether matrix products of the float side may quantize what they read at run time. */
    private readonly dynamic: boolean,
  ) {}

  /** Both sides of a unit that has an integer kernel. */
  of(unit: Unit): SideTimes {
    const { float, integer } = unit.layer === undefined ? this.#operator(unit) : this.#layer(unit, unit.layer);
    const { launch, integerLaunch } = this.table;
    return { float: launch + float, integer: launch + (unit.layer === undefined ? 0 : integerLaunch) + integer };
  }

  /** Multiply-accumulates of a layer; 0 where its shapes are not known, and for other operators. */
  macs(unit: Unit): number {
    const known = this.#macs.get(unit) ?? macRuleOf(unit.node)?.(unit.node, this.dimsOf) ?? 0;
    this.#macs.set(unit, known);
    return known;
  }

  /** Number of elements; 0 where the shape is not known. */
  elements(value: Value | undefined): number {
    const dims = this.dimsOf(value);
    return dims === undefined ? 0 : elementCount(dims);
  }

  /** Time for so much an element of a value. */
  passing(value: Value, perElement: number): number {
    return perElement === 0 ? 0 : this.table.launch + perElement * this.elements(value);
  }

  /** The layout in which the float kernels of a unit work. */
  layout({ node, layer }: Unit, side: 'input' | 'output'): Layout {
    if (this.dimsOf(node.output(0))?.length !== 4 || node.domain !== '') return 'plain';
    if (layer === 'stem') return side === 'output' ? 'blocked' : 'plain';
    if (layer !== undefined) return BLOCKED_LAYERS.has(layer) ? 'blocked' : 'plain';
    return this.table.operators[node.opType]?.layout ?? 'plain';
  }

  /** True where the integer kernel of a unit has the channels last, unlike the model. */
  isSpatial({ node, layer }: Unit): boolean {
    return layer !== 'product' && (this.dimsOf(node.output(0))?.length ?? 0) > 2;
  }

  #layer(unit: Unit, kind: LayerKind): SideTimes {
    const figures = this.table.layers[kind];
    const integer = this.#layerTime(unit, figures.integer);
    if (kind !== 'product') return { float: this.#layerTime(unit, figures.float, this.#padding(unit)), integer };
    const isDynamic = this.dynamic && this.elements(unit.node.input(1)) >= DYNAMIC_FROM;
    const product = isDynamic ? integer + this.table.integerLaunch : this.#layerTime(unit, figures.float);
    return { float: product + this.#foldedTime(unit), integer };
  }

  #layerTime(unit: Unit, { mac, element, weight = 0 }: LayerTime, padding = 1): number {
    const { node } = unit;
    const moved = this.elements(node.input(0)) + this.elements(node.output(0));
    return mac * this.macs(unit) * padding + element * moved + weight * this.elements(node.input(1));
  }

  /** How many times its multiply-accumulates a float convolution does, because it fills up blocks of channels. */
  #padding({ node, layer }: Unit): number {
    if (layer !== 'dense' && layer !== 'pointwise') return 1;
    const { channelBlock } = this.table;
    const channels = [node.input(0), node.output(0)].map((value) => this.dimsOf(value)?.[1] ?? channelBlock);
    const filled = channels.map((count) => (Math.ceil(count / channelBlock) * channelBlock) / count);
    const [read = 1, written = 1] = filled;
    return (channels[0] ?? 0) < channelBlock ? written : read * written;
  }

  /** Without a range that does its work, an activation function is a pass of its own; convolutions do it alongside. */
  #operator(unit: Unit): SideTimes {
    const { node } = unit;
    const { float = 0, integer = float } = this.table.operators[node.opType] ?? {};
    const data = node.inputs.map((_, index) => node.input(index)).find((value) => value && !weightBehind(value));
    const elements = Math.max(this.elements(data), this.elements(node.output(0)));
    return { float: float * elements + this.#foldedTime(unit), integer: integer * elements };
  }

  #foldedTime({ node, folded }: Unit): number {
    const behind = node.opType === 'Gemm' ? [] : folded;
    const elements = this.elements(node.output(0));
    const times = behind.map(({ opType }) => this.table.operators[opType]?.float ?? 0);
    return times.reduce((sum, time) => sum + this.table.launch + time * elements, 0);
  }
}
