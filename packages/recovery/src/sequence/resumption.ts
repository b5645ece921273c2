import type { Calibration, Feeds, Sampling } from '@onnx-compress/core';
import {
  type Dim,
  dimsReader,
  elementCount,
  type Model,
  macRuleOf,
  memoryTensor,
  type Node,
  present,
  readPart,
  type ShapeTable,
  type Tensor,
} from '@onnx-compress/graph';
import { keepOnly, nodesBefore, startAt, valuesBefore } from './partial-model.js';

/** Most memory for what the first part of the model computed, in bytes. */
const MOST_BYTES = 192 * 2 ** 20;

/** Multiply-accumulates in the time that one number takes out of onnxruntime and in again. */
const MACS_PER_ELEMENT = 250;

/** What it costs to compute a part of the model again, and what to store its results. */
export interface ResumptionCosts {
  /** Elements of a value in one sample, by its name; infinite where that is not known. */
  readonly elementsOf: (name: string) => number;
  /** Multiply-accumulates of a node of the main graph, by its label. */
  readonly macsOf: (label: string) => number;
}

/** Where a model goes on: what was computed, and what is read of that, for each sample. */
interface Start {
  /** Labels of the nodes. */
  readonly computed: ReadonlySet<string>;
  readonly feeds: readonly Feeds[];
}

async function copyOf(tensor: Tensor): Promise<Tensor> {
  return memoryTensor(tensor.dataType, tensor.dims, (await readPart(tensor, 0, tensor.byteLength)).slice());
}

function only(sample: Feeds, names: ReadonlySet<string>): Feeds {
  return new Map([...sample].filter(([name]) => names.has(name)));
}

/**
 * Runs of a model that is repaired from front to back need not start at its inputs: what the repaired part computes for
 * each sample stays the same. It is stored where that is cheaper than to compute it again for every layer behind.
 */
export class Resumption {
  readonly #model: Model;
  readonly #sampling: Sampling;
  readonly #costs: ResumptionCosts;
  #start: Start | undefined;

  constructor(model: Model, sampling: Sampling, costs: ResumptionCosts) {
    this.#model = model;
    this.#sampling = sampling;
    this.#costs = costs;
  }

  /** The samples that the model of `rest` takes. */
  get calibration(): Calibration {
    if (this.#start === undefined) return this.#sampling.calibration;
    const { feeds } = this.#start;
    return {
      count: feeds.length,
      async *samples() {
        yield* feeds;
      },
    };
  }

  /** A copy of the model as it is now, without what is stored. */
  rest(): Model {
    const copy = this.#model.clone();
    if (this.#start !== undefined) startAt(copy, this.#start.computed, this.#start.feeds);
    return copy;
  }

  /**
   * Stores what the nodes compute that do not have to run any more, if that pays.
   *
   * @param nodes those that have to run from now on
   */
  async advance(nodes: ReadonlySet<Node>): Promise<void> {
    const labels = new Set(Array.from(nodes, ({ label }) => label));
    const done = this.#model.graph.nodes.map(({ label }) => label).filter((label) => !labels.has(label));
    const fresh = done.filter((label) => !this.#start?.computed.has(label));
    const saved = fresh.reduce((sum, label) => sum + this.#costs.macsOf(label), 0);
    const values = valuesBefore(nodes);
    const elements = values.reduce((sum, name) => sum + this.#costs.elementsOf(name), 0);
    const bytes = elements * Float32Array.BYTES_PER_ELEMENT * this.#sampling.calibration.count;
    if (!(bytes <= MOST_BYTES) || saved < MACS_PER_ELEMENT * elements) return;
    this.#start = { computed: new Set(done), feeds: await this.#compute(values) };
  }

  async #compute(values: readonly string[]): Promise<readonly Feeds[]> {
    const rest = this.rest();
    const { graph } = rest;
    const isGiven = (name: string) => graph.value(name)?.definition?.kind === 'input';
    const given = new Set(values.filter(isGiven));
    const computed = values.filter((name) => !isGiven(name));
    graph.setOutputs(computed.map((name) => present(graph.value(name), name)));
    keepOnly(rest, nodesBefore(rest, computed));
    const read = new Set(graph.inputs.map(({ name }) => name));
    const samples = this.calibration;
    const feeds: Feeds[] = [];
    async function* needed() {
      for await (const sample of samples.samples()) {
        feeds.push(only(sample, given));
        yield only(sample, read);
      }
    }
    const take = async (outputs: ReadonlyMap<string, Tensor>, index: number) => {
      const own = new Map(feeds[index]);
      for (const [name, tensor] of outputs) own.set(name, await copyOf(tensor));
      feeds[index] = own;
    };
    await this.#sampling.runs.run(rest, needed(), take, this.#sampling.signal);
    return feeds;
  }
}

/** Elements of a shape; infinite where a size is not known. */
function elementsIn(dims: readonly Dim[] | undefined): number {
  const sizes = dims?.filter((dim) => typeof dim === 'number');
  return sizes === undefined || sizes.length !== dims?.length ? Number.POSITIVE_INFINITY : elementCount(sizes);
}

/** Costs as they are in the original, from which a changed model differs by fewer channels. */
export function resumptionCosts({ graph }: Model, types: ShapeTable): ResumptionCosts {
  const dimsOf = dimsReader(types);
  const macs = new Map(graph.nodes.map((node) => [node.label, macRuleOf(node)?.(node, dimsOf) ?? 0]));
  return {
    macsOf: (label) => macs.get(label) ?? 0,
    elementsOf: (name) => {
      const value = graph.value(name);
      return elementsIn(value && types.get(value)?.dims);
    },
  };
}
