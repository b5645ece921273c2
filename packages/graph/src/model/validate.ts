import { EncodedTensor } from './encoded-tensor.js';
import { executionOrder } from './execution-order.js';
import type { Graph } from './graph.js';
import type { Model } from './model.js';
import type { Node } from './node.js';
import type { Value } from './value.js';
import type { Weight } from './weight.js';

/** What is wrong with a model, one line each: names, definitions, order, weight sizes, imported domains. */
export function problemsOf(model: Model): readonly string[] {
  const problems = [...model.walk()].flatMap((graph) => [
    ...graph.duplicates.map((name) => `"${name}" is defined more than once`),
    ...[...graph.values()].flatMap(danglingProblem),
    ...[...graph.weights()].flatMap(weightProblem),
    ...orderProblem(graph),
  ]);
  return [...problems, ...domainProblems(model)];
}

/** Operator domains that nodes use and the model does not import; functions import their own. */
export function unimportedDomains(model: Model): ReadonlySet<string> {
  if (model.functions.length > 0) return new Set();
  const imported = model.opsets;
  return new Set([...model.nodes()].map((node) => node.domain).filter((domain) => !imported.has(domain)));
}

function danglingProblem(value: Value): readonly string[] {
  const [use] = value.uses;
  if (value.definition || !use) return [];
  const reader = use.kind === 'input' ? `node "${use.node.label}"` : 'a graph output';
  return [`${reader} reads "${value.name}", which nothing defines`];
}

/** The problem of a weight whose stored bytes do not fit its shape and type. */
export function weightProblem({ name, tensor }: Weight): readonly string[] {
  if (!(tensor instanceof EncodedTensor) || tensor.storedLength === tensor.byteLength) return [];
  const shape = `${tensor.dataType}[${tensor.dims.join(', ')}]`;
  return [`weight "${name}" is ${shape} (${tensor.byteLength} bytes) but holds ${tensor.storedLength} bytes`];
}

function orderProblem(graph: Graph): readonly string[] {
  const cycle = graph.sortedAtRead ? undefined : cycleOf(graph);
  if (cycle) return [`the graph has a cycle through node "${cycle.label}"`];
  const unsorted = graph.sortedAtRead ? graph.firstUnsorted() : undefined;
  return unsorted ? [`node "${unsorted.label}" stands before a node whose output it reads`] : [];
}

/** A node that depends on its own output within this scope. */
function cycleOf(graph: Graph): Node | undefined {
  const ordered = new Set(executionOrder(graph));
  return graph.nodes.find((node) => !ordered.has(node));
}

/** A file may leave out the import of a domain that onnxruntime knows; of ONNX's own domain the version must be known. */
function domainProblems(model: Model): readonly string[] {
  const missing = [...unimportedDomains(model)].filter(
    (domain) => domain === '' || !model.unimportedAtRead.has(domain),
  );
  return missing.map((domain) => `operator domain "${domain}" is used but not imported`);
}
