import {
  type Context,
  matchNodes,
  type NodeSelection,
  type Skip,
  type StepResult,
  type Transform,
  throwIfAborted,
} from '@onnx-compress/core';
import { inlineFunctions, type Model, Scratch, type ShapeTable, type Weight } from '@onnx-compress/graph';
import { halfNotFasterOnCpu, isHalfAlready } from '../../messages.js';
import type { FloatWeight } from '../float-weights.js';
import { FLOAT16 } from '../half-format.js';
import { HalfReport } from '../half-report.js';
import { castableWeights, storeOne } from '../half-storage.js';
import { WeightPlanner } from '../plan-weight.js';
import { bareSize, restoreFrom, storeHalf } from '../stored-half.js';
import { convertGraph } from './convert-graph.js';
import { HalfConstants, misfitOf } from './half-constants.js';
import { planHalf } from './half-plan.js';
import type { Width } from './value-forms.js';

/**
 * Makes a model compute in float16 where operators and constants allow it. Model-local functions that have float nodes
 * are put in place of their calls first. Weights that float32 nodes read are stored as float16 where that pays.
 *
 * @param borders type of the float inputs and outputs of the model
 */
export function halfCompute(borders: Width, nodes: NodeSelection): Transform {
  return {
    name: 'quant fp16',
    exact: false,
    run: (model, context) => new HalfComputeRun(borders, nodes, context).apply(model),
  };
}

class HalfComputeRun {
  readonly #scratch = new Scratch();
  readonly #report = new HalfReport(FLOAT16);
  readonly #constants = new HalfConstants(this.#scratch);
  readonly #planner: WeightPlanner;

  constructor(
    private readonly borders: Width,
    private readonly selection: NodeSelection,
    private readonly context: Context,
  ) {
    this.#planner = new WeightPlanner(FLOAT16, this.#scratch, context.signal);
  }

  async apply(model: Model): Promise<StepResult> {
    if (model.functions.length > 0) model.adopt(inlineFunctions(model).model);
    const { weights, skipped, halves } = castableWeights(model, FLOAT16, matchNodes(this.selection));
    if ((model.opset() ?? 0) < FLOAT16.opset) return this.#unchanged(skipped);
    const table = await this.#types(model);
    const plan = await planHalf(model, table, this.selection, (weight, reader) =>
      misfitOf(weight, reader, this.#planner),
    );
    if (plan.nodes.size === 0 && halves > 0) this.context.warn(isHalfAlready());
    if (plan.nodes.size === 0) return this.#unchanged([...skipped, ...plan.skipped]);
    convertGraph(model, plan, table, this.#constants, this.borders);
    this.#report.skip(plan.skipped);
    await this.#finish(weights);
    this.context.warn(halfNotFasterOnCpu());
    return this.#report.result(this.context, this.#scratch, { float16: plan.nodes.size });
  }

  #unchanged(skipped: readonly Skip[]): Promise<StepResult> {
    this.#report.skip(skipped);
    return this.#report.result(this.context, this.#scratch, { float16: 0 });
  }

  #types(model: Model): Promise<ShapeTable> {
    return this.context.shapes.infer(model, this.context.dims, this.context.signal);
  }

  /** Reports what became float16, and stores what float32 nodes still read. */
  async #finish(weights: readonly FloatWeight[]): Promise<void> {
    this.#constants.dropOriginals();
    for (const [index, weighted] of weights.entries()) {
      throwIfAborted(this.context.signal);
      const { weight } = weighted;
      const half = this.#constants.find(weight);
      if (half !== undefined) this.#report.stored(weighted, 'float16', bareSize(weighted, FLOAT16));
      if (weight.graph.value(weight.name)?.weight === weight) await this.#store(weighted, half);
      this.context.progress(index + 1, weights.length, weight.name);
    }
  }

  /** Stores a weight that float32 nodes read; they share the float16 of the others where there is one. */
  async #store(weighted: FloatWeight, half: Weight | undefined): Promise<void> {
    if (half === undefined) {
      await storeOne(weighted, this.#planner, this.#report, () => storeHalf(weighted, FLOAT16, this.#scratch));
    } else if (!('reason' in (await this.#planner.plan(weighted)))) restoreFrom(half, weighted);
  }
}
