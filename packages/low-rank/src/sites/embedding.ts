import { type Node, present, readFloats, type ShapeTable } from '@onnx-compress/graph';
import * as reasons from '../reasons.js';
import { vectorsIn } from './known-sizes.js';
import { isRefusal, type LayerWeight, layerWeight } from './layer-weight.js';
import type { Factors, MatrixSite, Refusal, SiteOf } from './site.js';
import { addFactor, outputOf, replaceWeight } from './write-layers.js';

/** A Gather of rows of a constant table. */
interface Lookup extends LayerWeight {
  readonly node: Node;
  readonly rows: number;
  readonly columns: number;
}

function lookupOf(node: Node): Lookup | Refusal | undefined {
  if (node.opType !== 'Gather' || node.domain !== '') return undefined;
  const found = layerWeight(node, 0);
  if (found === undefined || isRefusal(found)) return found;
  const [rows = 0, columns = 0, ...others] = found.dims;
  const axis = node.int('axis', 0);
  if (columns === 0 || others.length > 0 || (axis !== 0 && axis !== -2)) return undefined;
  return found.dataType === 'bfloat16' ? { reason: reasons.tableOfBfloat16() } : { ...found, node, rows, columns };
}

function writeLayers(lookup: Lookup, { left, right }: Factors): void {
  const { node } = lookup;
  const { graph, label } = node;
  const output = outputOf(node);
  const reduced = graph.uniqueName(`${output}_rank${right.rows}`);
  const width = addFactor(lookup, 'right', right);
  replaceWeight(node, 0, addFactor(lookup, 'left', left));
  node.setOutput(0, reduced);
  const name = graph.model.uniqueNodeName(`${label}/rank${right.rows}`);
  graph.addNode({ opType: 'MatMul', name, inputs: [reduced, width], outputs: [output] }, { after: node });
}

function siteOf(lookup: Lookup, shapes: ShapeTable): MatrixSite {
  const { node, weight, rows, columns } = lookup;
  const vectors = vectorsIn(node.output(0), columns, shapes);
  return {
    kind: 'matrix',
    node,
    weight,
    groups: 1,
    rows,
    columns,
    dense: { parameters: rows * columns, macs: 0 },
    inputs: undefined,
    costAt: (rank) => ({ parameters: rank * (rows + columns), macs: rank * columns * vectors }),
    read: async () => [{ rows, columns, values: await readFloats(weight.tensor) }],
    write: async ([factors]) => writeLayers(lookup, present(factors, 'factors')),
  };
}

/**
 * Gather of rows of a table as one from a table of `rank` columns and a MatMul behind it: fewer numbers, but a product
 * where there was none. The node stays the Gather; the MatMul takes over its output.
 *
 * Rows of the matrix are those of the table.
 */
export const embedding: SiteOf = (node, shapes) => {
  const lookup = lookupOf(node);
  return lookup === undefined || isRefusal(lookup) ? lookup : siteOf(lookup, shapes);
};
