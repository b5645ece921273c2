import {
  type Dim,
  declaredType,
  type Graph,
  liftSubgraph,
  type Model,
  type ShapeTable,
  skeleton,
  type ValueType,
} from '@onnx-compress/graph';
import type { Host, OptimizationLevel } from '../host/contract.js';
import { HostError } from '../host/errors.js';
import { bodyInputTypes } from './body-inputs.js';
import { makeProbe, type Probe, readProbe, withRanks } from './probe.js';

/** One question for the types of a model's values. */
export interface Inquiry {
  readonly host: Host;
  /** Where the answers go; what it holds already stays where they say less. */
  readonly table: ShapeTable;
  /** Sizes for open dimensions, by symbol or `input[axis]`. */
  readonly dims: ReadonlyMap<string, Dim>;
  /** Types of inputs of the main graph that count more than the declared ones. */
  readonly inputTypes: ReadonlyMap<string, ValueType>;
  readonly signal: AbortSignal;
}

/** Fills in the types of all values, scope by scope; returns why onnxruntime could not tell those of some scopes. */
export async function inferModel(inquiry: Inquiry, model: Model): Promise<readonly string[]> {
  const failures: string[] = [];
  const visit = async (graph: Graph): Promise<void> => {
    const inputTypes = typesOfInputs(inquiry, graph);
    for (const input of graph.inputs) inquiry.table.set(input, inputTypes.get(input.name) ?? UNKNOWN);
    const failure = await inferGraph(inquiry, graph, inputTypes);
    if (failure !== undefined) failures.push(failure);
    adoptDeclared(inquiry, graph);
    for (const node of graph.nodes) for (const { graph: body } of node.subgraphs()) await visit(body);
  };
  await visit(model.graph);
  return failures;
}

const UNKNOWN: ValueType = { dataType: undefined, dims: undefined };

async function inferGraph(
  { host, table, signal }: Inquiry,
  graph: Graph,
  inputTypes: ReadonlyMap<string, ValueType>,
): Promise<string | undefined> {
  const lifted = liftSubgraph(graph, (value) => table.get(value));
  const bare = skeleton(lifted ?? graph.model);
  let answered = false;
  try {
    const probe = await makeProbe(bare, inputTypes);
    if (probe.exposures.length === 0) return undefined;
    const types = await openProbe(host, probe, 'disabled', signal);
    answered = true;
    if (adoptTypes(table, graph, types)) return undefined;
    // `disabled` takes the graph as it is; `basic` also folds what follows from known shapes.
    const fuller = await withRanks(bare, probe, withoutRank(types));
    adoptTypes(table, graph, await openProbe(host, fuller, 'basic', signal));
    return undefined;
  } catch (error) {
    if (error instanceof HostError) return answered ? undefined : error.message;
    throw error;
  } finally {
    await bare.close();
  }
}

async function openProbe(
  host: Host,
  probe: Probe,
  optimization: OptimizationLevel,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ValueType>> {
  const session = await host.open({ bytes: probe.bytes }, { optimization, threads: 1, signal });
  await session.release();
  return readProbe(probe, session.outputs);
}

function withoutRank(types: ReadonlyMap<string, ValueType>): ReadonlySet<string> {
  return new Set([...types].flatMap(([name, { dims }]) => (dims === undefined ? [name] : [])));
}

function typesOfInputs({ table, dims, inputTypes }: Inquiry, graph: Graph): ReadonlyMap<string, ValueType> {
  const fed = graph.owner ? bodyInputTypes(graph.owner.node, table) : [];
  return new Map(
    graph.inputs.map((input, index): [string, ValueType] => {
      const given = graph.kind === 'main' ? inputTypes.get(input.name) : undefined;
      const type = given ?? declaredType(input, dims);
      return [input.name, { dataType: type.dataType ?? fed[index]?.dataType, dims: type.dims ?? fed[index]?.dims }];
    }),
  );
}

/** Puts types into the table where they say more than it knew; true when nothing is left to find out. */
function adoptTypes(table: ShapeTable, graph: Graph, types: ReadonlyMap<string, ValueType>): boolean {
  let complete = true;
  for (const [name, { dataType, dims }] of types) {
    const value = graph.value(name);
    if (value === undefined) continue;
    const known = table.get(value);
    const merged = mergedDims(known?.dims, dims);
    table.set(value, { dataType: dataType ?? known?.dataType ?? value.declared?.dataType, dims: merged });
    complete &&= merged?.every((dim) => dim !== undefined) ?? false;
  }
  return complete;
}

/** Each dimension as far as either side knows it; a size says more than a symbol. */
function mergedDims(known: ValueType['dims'], found: ValueType['dims']): ValueType['dims'] {
  if (known?.length !== found?.length) return found ?? known;
  return found?.map((dim, axis) => (typeof dim === 'number' ? dim : (known?.[axis] ?? dim)));
}

/** Takes the file's word for values of which onnxruntime gave not even the rank. */
function adoptDeclared({ table, dims }: Inquiry, graph: Graph): void {
  for (const value of graph.values()) {
    const known = table.get(value);
    if (known?.dims !== undefined || value.declared === undefined) continue;
    const declared = declaredType(value, dims);
    table.set(value, { dataType: known?.dataType ?? declared.dataType, dims: declared.dims });
  }
}
