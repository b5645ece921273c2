import type { Graph, Node, Value, Weight } from '@onnx-compress/graph';
import type { Engine, TrackedWeight } from '../axes/engine.js';
import { foldsExactly } from '../constants/exact-fold.js';
import * as reasons from '../reasons.js';
import type { ConstantZeros } from './constant-zeros.js';
import { isDepthwise } from './depthwise.js';
import type { UnitConstants } from './unit-constants.js';
import { NO_UNITS, type UnitPositions, type Units } from './units.js';
import { SUMMING, type ZeroRule, zeroRuleOf } from './zero-table.js';

/**
 * Follows zeros through a graph: which units hold nothing but zeros in which values. Where channels become constants is
 * what `UnitConstants` knows; zeros are carried on through whatever moves, joins or gates channels.
 */
export class ZeroFlow {
  readonly #zeros = new Map<Value, Units>();
  readonly #tracked = new Map<Weight, TrackedWeight[]>();
  /** Units that some layer sums up as zeros, or as constants that its bias can take. */
  readonly summed = new Set<number>();
  /** Units that something reads that would notice their absence. */
  readonly noticed = new Set<number>();
  /** Why units stay that hold constants. */
  readonly kept = new Map<number, string>();

  constructor(
    private readonly engine: Engine,
    private readonly positions: UnitPositions,
    private readonly units: UnitConstants,
    private readonly constants: ConstantZeros,
  ) {
    for (const tracked of engine.weights) {
      this.#tracked.set(tracked.weight, [...(this.#tracked.get(tracked.weight) ?? []), tracked]);
    }
  }

  async visit(node: Node): Promise<void> {
    const rule = await zeroRuleOf(node);
    if (SUMMING.has(node.opType)) await this.#sum(node);
    else if (rule === undefined || node.subgraphs().length > 0) this.#notice(node);
    else if (node.opType.startsWith('Reduce')) await this.#reduce(node);
    for (const index of node.outputs.keys()) {
      const output = node.output(index);
      if (output !== undefined) await this.#settle(output, node, rule ?? 'never');
    }
  }

  /** Units are noticed by whatever happens in bodies. */
  noticeAll(body: Graph): void {
    for (const node of body.nodes) this.#notice(node);
  }

  #notice(node: Node): void {
    for (const index of node.inputs.keys()) {
      const value = node.input(index);
      for (const unit of value === undefined ? NO_UNITS : this.positions.carriedBy(value)) this.noticed.add(unit);
    }
  }

  /** Finds the units that are zero in an output: by the parameters of the model, or by what the node is fed with. */
  async #settle(output: Value, node: Node, rule: ZeroRule): Promise<void> {
    const known = await this.units.of(output);
    const zeros = new Set<number>(known?.zero);
    for (const unit of this.positions.carriedBy(output)) if (await this.#staysZero(node, rule, unit)) zeros.add(unit);
    this.#zeros.set(output, zeros);
    if (known === undefined) this.units.assumeZero(output, zeros);
  }

  async #staysZero(node: Node, rule: ZeroRule, unit: number): Promise<boolean> {
    switch (rule) {
      case 'first':
        return this.#isZero(node, 0, unit);
      case 'any':
        return this.#some(node, unit);
      case 'all':
        return this.#every(node, unit);
      case 'never':
        return false;
    }
  }

  async #isZero(node: Node, input: number, unit: number): Promise<boolean> {
    const value = node.input(input);
    if (value?.weight === undefined) return value !== undefined && this.#zeros.get(value)?.has(unit) === true;
    return this.#isZeroConstant(value.weight, node, input, unit);
  }

  /** Whether a constant is zero wherever it has the unit; all of it, where it has one number for all channels. */
  async #isZeroConstant(weight: Weight, node: Node, input: number, unit: number): Promise<boolean> {
    const own = this.#tracked.get(weight) ?? [];
    const tracked = own.find(({ reader }) => reader === undefined || (reader.node === node && reader.input === input));
    for (const [axis, [factor]] of (tracked?.axes ?? []).entries()) {
      const positions = this.positions.among(factor?.atoms ?? new Int32Array(0), unit);
      if (positions.length === 0) continue;
      const zeros = await this.constants.along(weight, axis);
      return positions.every((position) => zeros[position] === true);
    }
    return (await this.constants.along(weight, 0)).every((zero) => zero);
  }

  async #some(node: Node, unit: number): Promise<boolean> {
    for (const index of node.inputs.keys()) if (await this.#isZero(node, index, unit)) return true;
    return false;
  }

  async #every(node: Node, unit: number): Promise<boolean> {
    for (const index of node.inputs.keys()) {
      const value = node.input(index);
      const absent = node.opType === 'Concat' && value !== undefined && !this.positions.carriedBy(value).has(unit);
      if (!absent && !(await this.#isZero(node, index, unit))) return false;
    }
    return true;
  }

  /** A reduction over channels, such as ReduceSum, reads them as a layer does. */
  async #reduce(node: Node): Promise<void> {
    const [data, result] = [node.input(0), node.output(0)];
    if (data === undefined || result === undefined) return;
    const left = this.positions.carriedBy(result);
    for (const unit of this.positions.carriedBy(data)) {
      if (!left.has(unit)) ((await this.#isZero(node, 0, unit)) ? this.summed : this.noticed).add(unit);
    }
  }

  /**
   * A channel that is summed over must be zero in one of the factors, or a constant that the bias can take; a depthwise
   * convolution sums over none.
   */
  async #sum(node: Node): Promise<void> {
    if (isDepthwise(node)) return;
    const computed = [0, 1].filter((index) => node.input(index)?.weight === undefined);
    for (const unit of new Set(computed.flatMap((index) => [...this.#carriedAt(node, index)]))) {
      const zeros = await Promise.all(computed.map((index) => this.#isZero(node, index, unit)));
      const vanishes = zeros.includes(true) || (await this.#foldsInto(node, unit));
      (vanishes ? this.summed : this.noticed).add(unit);
    }
  }

  async #foldsInto(node: Node, unit: number): Promise<boolean> {
    const data = node.input(0);
    const isFixed = data !== undefined && (await this.units.of(data))?.fixed.has(unit) === true;
    if (!isFixed) return false;
    const folds = await foldsExactly(node);
    if (!folds) this.kept.set(unit, reasons.constantNotFolded(node));
    return folds;
  }

  #carriedAt(node: Node, input: number): Units {
    const value = node.input(input);
    if (value === undefined || this.engine.constantsBehind(value).length > 0) return NO_UNITS;
    return this.positions.carriedBy(value);
  }
}
