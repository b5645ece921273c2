import { type DimsOf, type Node, type Value, weightBehind } from '@onnx-compress/graph';
import type { SiteReader } from '../reading/read-operators.js';
import { integersGiven, integersRead } from '../reading/read-values.js';
import type { FunctionSite } from '../reading/site.js';
import { isElementwise, isOneNumber } from './elementwise.js';

/** What lies between the integers of one value and a QuantizeLinear. */
interface Region {
  /** From the last one to the first. */
  readonly nodes: readonly Node[];
  /** The DequantizeLinear nodes, all of the same integers. */
  readonly sources: readonly Node[];
}

/**
 * The function of one integer that ends at a node: all that is computed between DequantizeLinear nodes of one value and
 * the QuantizeLinear behind the node goes element by element. Undefined for anything else.
 */
export const readFunction: SiteReader = async (node, dimsOf): Promise<FunctionSite | undefined> => {
  const quantize = quantizerOf(node.output(0));
  const region = quantize && regionBehind(node, dimsOf);
  const [first] = region?.sources ?? [];
  if (!quantize || !region || !first || weightBehind(first.input(0))) return undefined;
  const data = await integersRead(first);
  const result = await integersGiven(quantize);
  return data && result && { kind: 'function', node, ...region, data, result: { ...result, folded: [quantize] } };
};

/** The only QuantizeLinear that reads a value; others may read the floats. */
function quantizerOf(value: Value | undefined): Node | undefined {
  const readers = value?.uses.flatMap((use) => (use.kind === 'input' ? [use.node] : [])) ?? [];
  const [quantize, ...others] = readers.filter(({ opType }) => opType === 'QuantizeLinear');
  return others.length === 0 ? quantize : undefined;
}

function regionBehind(last: Node, dimsOf: DimsOf): Region | undefined {
  const nodes = new Set([last]);
  const sources = new Set<Node>();
  for (const node of nodes) {
    if (!isElementwise(node)) return undefined;
    for (const value of variablesOf(node, dimsOf) ?? [undefined]) {
      const producer = value?.producer;
      if (producer === undefined) return undefined;
      (producer.opType === 'DequantizeLinear' ? sources : nodes).add(producer);
    }
  }
  const integers = new Set(Array.from(sources, ({ inputs }) => inputs.join()));
  return integers.size === 1 ? { nodes: [...nodes], sources: [...sources] } : undefined;
}

/** What a node reads besides single numbers; undefined where it reads other constants. */
function variablesOf(node: Node, dimsOf: DimsOf): readonly Value[] | undefined {
  const values = node.inputs.flatMap((_, index) => node.input(index) ?? []);
  const constants = values.flatMap((value) => weightBehind(value) ?? []);
  const variables = values.filter((value) => weightBehind(value) === undefined);
  const rank = dimsOf(variables[0])?.length ?? 0;
  return constants.every(({ tensor }) => isOneNumber(tensor, rank)) ? variables : undefined;
}
