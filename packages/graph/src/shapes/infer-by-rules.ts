import { executionOrder } from '../model/execution-order.js';
import type { Model } from '../model/model.js';
import type { Node } from '../model/node.js';
import type { Value } from '../model/value.js';
import type { Dim, ValueType } from '../model/value-type.js';
import { declaredType, openDims } from './open-dims.js';
import { propagateShapes } from './propagate.js';
import { keepsElementType } from './rules/element-type.js';
import { ShapeTable } from './shape-table.js';

/** Sizes that stand for a symbol in two propagations; no other size is likely to be the same pair. */
interface Stand {
  readonly symbol: string;
  readonly first: number;
  readonly second: number;
}

/** Symbols of the inputs that get no size; undefined where an open dimension has no symbol. */
function standsFor(model: Model, dims: ReadonlyMap<string, Dim>): readonly Stand[] | undefined {
  const open = new Set<string>();
  for (const input of model.graph.inputs) {
    for (const dim of declaredType(input, dims).dims ?? [undefined]) {
      if (dim === undefined || dim === '') return undefined;
      if (typeof dim === 'string') open.add(dim);
    }
  }
  return Array.from(open, (symbol, index) => ({ symbol, first: 100_003 + 998 * index, second: 200_017 + 974 * index }));
}

/** A dimension of which the sizes in both propagations are known: a size, or one of the symbols. */
function dimOf(first: Dim, second: Dim, stands: readonly Stand[]): Dim {
  if (first === second) return first;
  return stands.find((stand) => stand.first === first && stand.second === second)?.symbol;
}

/** The type of a computed value, where it is known to the last dimension. */
function typeOf(node: Node, value: Value, told: Propagated): ValueType | undefined {
  const source = node.input(0);
  const dataType = source && told.table.get(source)?.dataType;
  const [first, second] = [told.first.get(value)?.dims, told.second.get(value)?.dims];
  const dims = first?.map((dim, axis) => dimOf(dim, second?.[axis], told.stands));
  return dataType !== undefined && dims?.every((dim) => dim !== undefined) ? { dataType, dims } : undefined;
}

/** Shapes at two sizes of each symbol, and the table that is made of them. */
interface Propagated {
  readonly table: ShapeTable;
  readonly stands: readonly Stand[];
  readonly first: ShapeTable;
  readonly second: ShapeTable;
}

function propagated(model: Model, dims: ReadonlyMap<string, Dim>, stands: readonly Stand[]): Propagated {
  const at = (size: 'first' | 'second') =>
    propagateShapes(model, new Map([...dims, ...stands.map((stand) => [stand.symbol, stand[size]] as const)]));
  const open = new Set(model.graph.inputs.flatMap(openDims));
  const table = new ShapeTable(new Map([...dims].filter(([key]) => open.has(key))));
  for (const input of model.graph.inputs) table.set(input, declaredType(input, dims));
  return { table, stands, first: at('first'), second: at('second') };
}

/**
 * The types of all values of a model by rules for the common operators, without any runtime; symbols are carried along
 * by propagating two different sizes for each. Undefined unless the rules tell everything: each operator keeps the
 * element type and has a shape rule, and every dimension is a size or a symbol of the inputs.
 *
 * @param dims sizes for open dimensions, by symbol or `input[axis]`
 */
export function inferByRules(model: Model, dims: ReadonlyMap<string, Dim>): ShapeTable | undefined {
  const nodes = model.graph.nodes.filter(({ constant }) => constant === undefined);
  const stands = nodes.every(keepsElementType) ? standsFor(model, dims) : undefined;
  if (stands === undefined) return undefined;
  const told = propagated(model, dims, stands);
  const ordered = executionOrder(model.graph).filter(({ constant }) => constant === undefined);
  for (const node of ordered) {
    const output = node.output(0);
    const type = output && typeOf(node, output, told);
    if (output === undefined || type === undefined) return undefined;
    told.table.set(output, type);
  }
  return ordered.length === nodes.length ? told.table : undefined;
}
