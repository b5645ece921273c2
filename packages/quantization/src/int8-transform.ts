import {
  type Change,
  type Context,
  dividedProgress,
  type LayerRepair,
  matchNodes,
  type NodeSelection,
  type Skip,
  type StepResult,
  type Transform,
  throwIfAborted,
} from '@onnx-compress/core';
import { type Model, Scratch } from '@onnx-compress/graph';
import { correctRounding } from './bias-correction.js';
import { dropUnused } from './emission/drop-weight.js';
import { EMISSIONS } from './emission/emissions.js';
import { QuantizedActivations } from './emission/quantized-activations.js';
import { type QuantizedWeight, weightErrorFigures } from './figures/weight-error.js';
import type { Int8Options } from './int8-options.js';
import { findLayers, type Inventory } from './layers/find-layers.js';
import { alsoReadBy, notFinite, opsetTooOld, savesBytesOnly, wouldGrow } from './messages.js';
import { chooseForm, type Form, preferredForm, REQUIRED_OPSET } from './placement/choose-form.js';
import { reachOpset } from './placement/reach-opset.js';
import { estimateSize, type SizeEstimate } from './placement/size-estimate.js';
import { groupByWeight, otherReader, type WeightGroup } from './placement/weight-group.js';
import { type Int8Scales, int8Scales } from './weights/int8-weight.js';
import { StoredWeight } from './weights/stored-weight.js';

/** One scale for each output channel of a weight, or one for the whole weight. */
export type Granularity = 'per-channel' | 'per-tensor';

/**
 * Quantizes the weights of a model to symmetric int8 (zero point 0). Weights are read once for their scales and once
 * more when the model is written; no two are in memory at a time. With calibration samples, biases are corrected.
 */
export function int8Transform(granularity: Granularity, options: Int8Options, nodes: NodeSelection): Transform {
  const scheme = `int8-${granularity}`;
  return {
    name: `quant ${scheme}`,
    exact: false,
    run: (model, context) => new Int8Run(scheme, granularity, options, context).apply(model, matchNodes(nodes)),
  };
}

/** How long the correction of biases takes, compared to reading the weights. */
const CORRECTION_SHARE = 20;

interface Decision {
  readonly form: Form;
  readonly size: SizeEstimate;
  readonly int8: Int8Scales;
}

/** How a weight is written, or why it stays. */
type Plan = Decision | { readonly reason: string };

class Int8Run {
  readonly #changed: Change[] = [];
  readonly #skipped: Skip[] = [];
  readonly #scratch = new Scratch();
  readonly #activations = new QuantizedActivations();
  readonly #floatOperators = new Map<string, number>();
  readonly #quantized: QuantizedWeight[] = [];
  readonly #phase: (name: 'weights' | 'biases') => Context;

  constructor(
    private readonly scheme: string,
    private readonly granularity: Granularity,
    private readonly options: Int8Options,
    private readonly context: Context,
  ) {
    const corrects = options.biasCorrection !== 'off' && context.calibration !== undefined;
    this.#phase = dividedProgress(context, { weights: 1, biases: corrects ? CORRECTION_SHARE : 0 });
  }

  async apply(model: Model, selected: (label: string) => boolean): Promise<StepResult> {
    const { layers, skipped, opset } = this.#prepare(model, selected);
    this.#skipped.push(...skipped);
    const plans = await this.#planAll(groupByWeight(layers), opset);
    const repairs = await this.#correctBiases(model, plans);
    for (const [group, plan] of plans) this.#apply(group, plan);
    this.#warn();
    return {
      changed: this.#changed,
      skipped: this.#skipped,
      metrics: this.#metrics(),
      ...(repairs.length > 0 && { repairs }),
      ...(await this.#figures()),
    };
  }

  async #figures(): Promise<Pick<StepResult, 'figures'>> {
    if (!this.context.drawsFigures) return {};
    return { figures: await weightErrorFigures(this.#quantized, this.#scratch, this.context.signal) };
  }

  /** Finds the layers and raises the opset where their forms ask for it. */
  #prepare(model: Model, selected: (label: string) => boolean): Inventory & { readonly opset: number } {
    const found = findLayers(model, selected);
    const wanted = new Set(groupByWeight(found.layers).map((group) => this.#wantedOpset(group)));
    const before = model.opset();
    const opset = reachOpset(model, [...wanted]);
    return { ...(opset === before ? found : findLayers(model, selected)), opset };
  }

  #wantedOpset(group: WeightGroup): number {
    return REQUIRED_OPSET[preferredForm(group, this.options.activations)];
  }

  async #planAll(groups: readonly WeightGroup[], opset: number): Promise<ReadonlyMap<WeightGroup, Plan>> {
    const { signal, progress } = this.#phase('weights');
    const plans = new Map<WeightGroup, Plan>();
    for (const group of groups) {
      throwIfAborted(signal);
      plans.set(group, await this.#plan(group, opset));
      progress(plans.size, groups.length, group.weight.name);
    }
    return plans;
  }

  async #correctBiases(model: Model, plans: ReadonlyMap<WeightGroup, Plan>): Promise<readonly LayerRepair[]> {
    if (this.options.biasCorrection === 'off') return [];
    const rounded = [...plans].flatMap(([{ weight, tensor }, plan]) =>
      'reason' in plan ? [] : [{ weight, tensor, int8: plan.int8 }],
    );
    return correctRounding(model, rounded, this.#phase('biases'));
  }

  #apply(group: WeightGroup, plan: Plan): void {
    if ('reason' in plan) this.#skip(group, plan.reason);
    else this.#write(group, plan);
  }

  /** Cheap obstacles first; the weight is read only when nothing else stands in the way. */
  async #plan(group: WeightGroup, opset: number): Promise<Plan> {
    const form = chooseForm(group, this.options.activations, opset);
    if (opset < REQUIRED_OPSET[form]) return { reason: opsetTooOld(opset) };
    const reader = otherReader(group);
    if (reader !== undefined) return { reason: alsoReadBy(group.weight.name, reader) };
    const axis = this.granularity === 'per-channel' ? group.channelAxis : undefined;
    const size = estimateSize(group, form, axis === undefined ? 1 : (group.tensor.dims[axis] ?? 1));
    if (size.bytesAfter >= size.bytesBefore) return { reason: wouldGrow(size.bytesBefore, size.bytesAfter) };
    const int8 = await int8Scales(group.tensor, axis, this.#scratch);
    return int8 === undefined ? { reason: notFinite(group.weight.name) } : { form, size, int8 };
  }

  #write(group: WeightGroup, { form, size, int8 }: Decision): void {
    this.#report(group, form, size);
    this.#quantized.push({ label: group.layers[0].node.label, tensor: group.tensor, int8 });
    EMISSIONS[form](group, new StoredWeight(group, int8, this.#scratch), this.#activations);
    dropUnused(group.weight);
  }

  #skip(group: WeightGroup, reason: string): void {
    this.#skipped.push(...group.layers.map(({ node }) => ({ node: node.label, reason })));
  }

  /** The bytes of a shared weight are counted with its first layer. */
  #report({ weight, layers }: WeightGroup, form: Form, size: SizeEstimate): void {
    for (const [index, { node }] of layers.entries()) {
      const bytes = index === 0 ? size : { bytesBefore: 0, bytesAfter: 0 };
      const written = form === 'dynamic' ? 'dynamic' : 'weight-only';
      this.#changed.push({ node: node.label, tensor: weight.name, scheme: this.scheme, form: written, ...bytes });
      if (form === 'restored') {
        this.#floatOperators.set(node.opType, (this.#floatOperators.get(node.opType) ?? 0) + 1);
      }
    }
  }

  #warn(): void {
    const layers = [...this.#floatOperators.values()].reduce((sum, count) => sum + count, 0);
    if (layers > 0) this.context.warn(savesBytesOnly([...this.#floatOperators.keys()], layers));
  }

  #metrics(): StepResult['metrics'] {
    const dynamic = this.#changed.filter(({ form }) => form === 'dynamic').length;
    const layers = this.#changed.length + this.#skipped.length;
    return { layers, quantized: this.#changed.length, dynamic, weightOnly: this.#changed.length - dynamic };
  }
}
