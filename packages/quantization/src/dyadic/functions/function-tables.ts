import type { Context, Feeds } from '@onnx-compress/core';
import {
  type DataType,
  dropStaleShapes,
  type Graph,
  type Model,
  memoryTensor,
  present,
  readIndices,
  removeAllUnused,
} from '@onnx-compress/graph';
import type { FunctionSite, Site } from '../reading/site.js';
import { type FunctionTable, leastOf, tableOf } from './function-table.js';

/** The tables of the functions among some sites. */
export type Tables = ReadonlyMap<Site, FunctionTable>;

/** How many integers have 8 bits. */
const COUNT = 256;

/**
 * Computes the table of every function of one integer among the sites, by the kernels of onnxruntime with all of their
 * fusions: the operators of the model read all integers at once, then each alone.
 *
 * @param model the one that the sites were read from, as it was then
 * @throws CancelledError when the signal fires
 */
export async function functionTables(
  model: Model,
  sites: readonly Site[],
  { runs, signal }: Pick<Context, 'runs' | 'signal'>,
): Promise<Tables> {
  const functions = sites.filter((site): site is FunctionSite => site.kind === 'function');
  if (functions.length === 0) return new Map();
  const given = new Map(functions.map((site): [string, number[]] => [site.result.name, []]));
  const { copy, fed } = onlyFunctions(model, functions);
  const keep: Parameters<typeof runs.run>[2] = async (outputs) => {
    for (const [name, tensor] of outputs) given.get(name)?.push(...(await readIndices(tensor)));
  };
  await runs.run(copy, allIntegers(fed), keep, signal);
  return new Map(functions.map((site) => [site, split(present(given.get(site.result.name), site.result.name))]));
}

const split = (given: readonly number[]) => tableOf(given.slice(0, COUNT), given.slice(COUNT));

/** Input of a model by the type of its integers. */
type Fed = ReadonlyMap<string, DataType>;

/** All integers at once, then one by one. */
async function* allIntegers(fed: Fed): AsyncIterable<Feeds> {
  const all = Array.from({ length: COUNT }, (_, index) => index);
  for (const part of [all, ...all.map((index) => [index])]) {
    yield new Map(Array.from(fed, ([name, dataType]) => [name, integersFrom(dataType, part)]));
  }
}

function integersFrom(dataType: DataType, indices: readonly number[]) {
  const least = leastOf(dataType);
  return memoryTensor(
    dataType,
    [indices.length],
    Uint8Array.from(indices, (index) => index + least),
  );
}

/** A copy that computes nothing but the functions, of integers that are fed. */
function onlyFunctions(model: Model, functions: readonly FunctionSite[]): { readonly copy: Model; readonly fed: Fed } {
  const copy = model.clone();
  const { graph } = copy;
  const before = [...graph.inputs];
  const fed = feedFunctions(graph, functions);
  const former = [...graph.values()];
  graph.setOutputs(functions.map(({ result }) => present(graph.value(result.name), result.name)));
  removeAllUnused(former);
  for (const input of before) if (input.uses.length === 0) graph.removeInput(input);
  dropStaleShapes(copy);
  return { copy, fed };
}

/** Lets the functions read inputs of the graph, one for each type of integers. */
function feedFunctions(graph: Graph, functions: readonly FunctionSite[]): Fed {
  const fed = new Map<string, DataType>();
  for (const dataType of ['uint8', 'int8'] as const) {
    const sources = functions.filter(({ data }) => data.dataType === dataType).flatMap((site) => site.sources);
    if (sources.length === 0) continue;
    const { name } = graph.addInput(graph.uniqueName(`all_${dataType}`), { dataType, dims: ['integers'] });
    fed.set(name, dataType);
    for (const { label, outputs } of sources) {
      const floats = graph.value(present(outputs[0], `output of ${label}`));
      present(floats?.producer, label).setInput(0, name);
    }
  }
  return fed;
}
