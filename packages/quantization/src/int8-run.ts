import {
  type Change,
  type Context,
  dividedProgress,
  type LayerRepair,
  type Skip,
  throwIfAborted,
} from '@onnx-compress/core';
import { type Model, Scratch, type Tensor, type Weight } from '@onnx-compress/graph';
import { correctRounding } from './bias-correction.js';
import { changeOf } from './change.js';
import { quantizeRecurrent } from './emission/recurrent-product.js';
import type { QuantizedWeight } from './figures/weight-error.js';
import { weightSnr } from './figures/weight-snr.js';
import type { Int8Options } from './int8-options.js';
import type { KnownRanges } from './known-ranges.js';
import { findLayers } from './layers/find-layers.js';
import type { Layer } from './layers/layer.js';
import { preferredForm, REQUIRED_OPSET } from './placement/choose-form.js';
import { reachOpset } from './placement/reach-opset.js';
import { recurrentFront } from './placement/recurrent-front.js';
import { groupByWeight, type WeightGroup } from './placement/weight-group.js';
import { type AdaptiveRounding, roundAdaptively } from './rounding/adaptive-rounding.js';
import { roundAtRandom } from './rounding/stochastic-rounding.js';
import type { ScaleRule } from './scale-rule.js';
import { chooseStatic, mayBeStatic, NOTHING_STATIC, type StaticChoice } from './static-choice.js';
import { type Decision, planWeight, type ScaledWeight, scaleWeight, type WeightScaling } from './weight-plan.js';
import { writeIntegers } from './write-integers.js';

/** How far a node may be quantized. */
export type Precision = 'integers' | 'weights' | 'float';

/** What a quantized model is like. */
export interface Int8Request {
  readonly scheme: string;
  readonly scaling: WeightScaling;
  readonly options: Int8Options;
  /** By the label of a node. */
  readonly precision: (label: string) => Precision;
  readonly ranges: KnownRanges;
  readonly scaleRule?: ScaleRule | undefined;
  /** Operators that are taken for as fast on integers as on floats, with or without integer kernels. */
  readonly integerOperators?: ReadonlySet<string> | undefined;
}

/** What was done to a model. */
export interface Int8Outcome {
  readonly changed: readonly Change[];
  readonly skipped: readonly Skip[];
  /** Constants that are no weights of layers, such as biases, and why they stay in float. */
  readonly constants: readonly Skip[];
  readonly repairs: readonly LayerRepair[];
  readonly quantized: readonly QuantizedWeight[];
}

/** How long the parts take, compared to reading the weights. */
const SHARES = { ranges: 10, rounding: 20, biases: 20 };

/** Quantizes a model in place, once. Weights are read for their scales and again when the model is written. */
export class Int8Run {
  readonly #scratch = new Scratch();
  readonly #skipped: Skip[] = [];
  readonly #phase: (name: 'weights' | keyof typeof SHARES) => Context;

  constructor(
    private readonly request: Int8Request,
    context: Context,
  ) {
    const { options, scaling } = request;
    const hasSamples = context.calibration !== undefined;
    this.#phase = dividedProgress(context, {
      weights: 1,
      ranges: hasSamples && mayBeStatic(options, scaling.integers) ? SHARES.ranges : 0,
      rounding: hasSamples && options.rounding === 'adaptive' ? SHARES.rounding : 0,
      biases: hasSamples && options.biasCorrection !== 'off' ? SHARES.biases : 0,
    });
  }

  async apply(model: Model): Promise<Int8Outcome> {
    const opset = this.#raiseOpset(model);
    const { layers, skipped, constants } = findLayers(model, (label) => this.request.precision(label) !== 'float');
    this.#skipped.push(...skipped);
    const scaled = await this.#scaleAll(groupByWeight(layers));
    const originals = new Map(Array.from(scaled.keys(), ({ weight, tensor }) => [weight, tensor]));
    const choice = await this.#chooseStatic(model, [...scaled.keys()], opset);
    const { decisions, repairs: rounded } = await this.#round(model, await this.#decide(model, scaled, choice, opset));
    const corrected = await this.#correctBiases(model, decisions);
    const changed = await this.#changesOf(decisions, choice, originals);
    await writeIntegers(model, decisions, choice, this.request.options.format, this.#scratch);
    const recurrent = await this.#quantizeRecurrent(layers);
    const quantized = [...decisions].map(([{ layers: of, weight, tensor }, { int8 }]) => {
      return { label: of[0].node.label, original: originals.get(weight) ?? tensor, tensor, int8 };
    });
    const written = changed.map((one) => (recurrent.has(one.node) ? { ...one, form: 'dynamic' } : one));
    const isStatic = new Set(written.filter(({ form }) => form === 'static').map(({ node }) => node));
    return {
      changed: written,
      skipped: this.#skipped,
      constants: constants.filter(({ node }) => !isStatic.has(node)),
      repairs: [...rounded, ...corrected],
      quantized,
    };
  }

  /** Raises the opset as far as the forms of the layers ask for it. */
  #raiseOpset(model: Model): number {
    const { options, scaling, precision } = this.request;
    const { layers } = findLayers(model, (label) => precision(label) !== 'float');
    const groups = groupByWeight(layers);
    const wanted = new Set(groups.map((group) => REQUIRED_OPSET[preferredForm(group, options.activations)]));
    const { calibration } = this.#phase('ranges');
    if (groups.length > 0 && calibration !== undefined && mayBeStatic(options, scaling.integers)) {
      wanted.add(REQUIRED_OPSET.static);
    }
    return reachOpset(model, [...wanted]);
  }

  async #scaleAll(groups: readonly WeightGroup[]): Promise<ReadonlyMap<WeightGroup, ScaledWeight>> {
    const { signal, progress } = this.#phase('weights');
    const scaled = new Map<WeightGroup, ScaledWeight>();
    for (const [index, group] of groups.entries()) {
      throwIfAborted(signal);
      const weight = await scaleWeight(group, this.request.scaling, this.#scratch, signal);
      if ('reason' in weight) this.#skip(group, weight.reason);
      else scaled.set(group, weight);
      progress(index + 1, groups.length, group.weight.name);
    }
    return scaled;
  }

  async #chooseStatic(model: Model, groups: readonly WeightGroup[], opset: number): Promise<StaticChoice> {
    const { options, scaling, precision } = this.request;
    if (opset < REQUIRED_OPSET.static || !mayBeStatic(options, scaling.integers)) return NOTHING_STATIC;
    const layers = groups
      .filter((group) => group.layers.every(({ node }) => precision(node.label) === 'integers'))
      .flatMap((group) => group.layers);
    return chooseStatic(model, layers, this.request, this.#phase('ranges'));
  }

  async #decide(
    model: Model,
    scaled: ReadonlyMap<WeightGroup, ScaledWeight>,
    choice: StaticChoice,
    opset: number,
  ): Promise<ReadonlyMap<WeightGroup, Decision>> {
    const { options, precision, scaleRule } = this.request;
    const decisions = new Map<WeightGroup, Decision>();
    const fine = recurrentFront(model);
    for (const [group, { int8 }] of scaled) {
      const integers = group.layers.every(({ node }) => precision(node.label) === 'integers');
      const activations = integers ? options.activations : 'none';
      const plan = await planWeight(group, int8, { activations, opset, choice, fine, scaleRule });
      if ('reason' in plan) this.#skip(group, plan.reason);
      else decisions.set(group, plan);
    }
    return decisions;
  }

  async #round(model: Model, decisions: ReadonlyMap<WeightGroup, Decision>) {
    if (this.request.options.rounding === 'nearest') return { decisions, repairs: [] };
    const { tensors, repairs } = await this.#chooseIntegers(model, decisions);
    const rounded = [...decisions].map(([group, decision]) => {
      const tensor = tensors.get(group);
      return [tensor === undefined ? group : { ...group, tensor }, decision] as const;
    });
    return { decisions: new Map(rounded), repairs };
  }

  async #chooseIntegers(model: Model, decisions: ReadonlyMap<WeightGroup, Decision>): Promise<AdaptiveRounding> {
    return this.request.options.rounding === 'stochastic'
      ? { tensors: roundAtRandom(decisions, this.#phase('weights')), repairs: [] }
      : roundAdaptively(model, decisions, this.#phase('rounding'));
  }

  async #correctBiases(model: Model, decisions: ReadonlyMap<WeightGroup, Decision>): Promise<readonly LayerRepair[]> {
    if (this.request.options.biasCorrection === 'off') return [];
    const rounded = [...decisions].map(([{ weight, tensor }, { int8 }]) => ({ weight, tensor, int8 }));
    return correctRounding(model, rounded, this.#phase('biases'));
  }

  /** LSTM nodes compute with their integers where activations may be quantized at run time; measured on x64 only. */
  async #quantizeRecurrent(layers: readonly Layer[]): Promise<ReadonlySet<string>> {
    const { options, precision } = this.request;
    if (options.activations === 'none' || !this.#phase('weights').target.startsWith('node-x64')) return new Set();
    const nodes = new Set(layers.map(({ node }) => node).filter(({ label }) => precision(label) === 'integers'));
    return new Set((await quantizeRecurrent(nodes)).map(({ label }) => label));
  }

  async #changesOf(
    decisions: ReadonlyMap<WeightGroup, Decision>,
    choice: StaticChoice,
    originals: ReadonlyMap<Weight, Tensor>,
  ): Promise<readonly Change[]> {
    const changes: Change[] = [];
    for (const [group, decision] of decisions) {
      const { weight, tensor } = group;
      const stored = { original: originals.get(weight) ?? tensor, tensor, int8: decision.int8 };
      const snr = await weightSnr(stored, this.#scratch, this.#phase('weights').signal);
      changes.push(...changeOf(group, decision, choice, { scheme: this.request.scheme, weightSnrDb: snr }));
    }
    return changes;
  }

  #skip(group: WeightGroup, reason: string): void {
    this.#skipped.push(...group.layers.map(({ node }) => ({ node: node.label, reason })));
  }
}
