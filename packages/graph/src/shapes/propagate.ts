import { executionOrder } from '../model/execution-order.js';
import type { Model } from '../model/model.js';
import type { Node } from '../model/node.js';
import type { Value } from '../model/value.js';
import type { Dim } from '../model/value-type.js';
import { declaredType } from './open-dims.js';
import { SHAPE_RULES } from './rules/index.js';
import type { Shape } from './rules/rule.js';
import { ShapeTable } from './shape-table.js';

/**
 * Carries the shapes of the inputs through the main graph by rules for the common operators, without any runtime. What
 * depends on an operator without rule, on a computed shape or on a size that is not given stays unknown.
 *
 * @param sizes of open input dimensions, by symbol or `input[axis]`
 */
export function propagateShapes(model: Model, sizes: ReadonlyMap<string, Dim>): ShapeTable {
  const table = new ShapeTable(sizes);
  for (const input of model.graph.inputs) table.set(input, declaredType(input, sizes));
  for (const node of executionOrder(model.graph)) if (!node.constant) visit(node, table);
  return table;
}

function visit(node: Node, table: ShapeTable): void {
  const rule = SHAPE_RULES.get(node.domain)?.get(node.opType);
  const inputs = node.inputs.map((_name, index) => knownShape(table, node.input(index)));
  const shapes = rule?.(node, inputs);
  for (const [index, dims] of shapes?.entries() ?? []) {
    const output = node.output(index);
    if (output) table.set(output, { dataType: undefined, dims });
  }
}

function knownShape(table: ShapeTable, value: Value | undefined): Shape | undefined {
  const dims = value && table.get(value)?.dims;
  return dims?.every((dim) => typeof dim === 'number') ? dims : undefined;
}
