import type { Model } from '../../model/model.js';
import type { Node } from '../../model/node.js';
import type { ShapeTable } from '../../shapes/shape-table.js';
import type { DataType } from '../../tensor/data-type.js';
import { elementCount } from '../../tensor/element-count.js';
import { type ConstantUse, constantUses } from '../constants/constant-uses.js';
import { constantValues } from '../constants/constant-values.js';
import type { Role } from '../constants/role.js';
import { dimsReader } from '../known-dims.js';
import { macRuleOf } from '../mac-rules.js';
import { storedBytes } from '../stored-bytes.js';
import { inExecutionOrder, layerNodes } from './layer-nodes.js';

/** A constant of a layer. */
export interface LayerConstant {
  readonly name: string;
  readonly role: Role;
  readonly dataType: DataType;
  readonly dims: readonly number[];
}

/** What one layer weighs and multiplies; see {@link countLayerCosts}. */
export interface LayerCosts {
  /** Label of the node that multiplies or reads the constants. */
  readonly label: string;
  /** Its operator; with the domain before it where that is not ai.onnx. */
  readonly opType: string;
  /** Labels of all its nodes; more than one where a bias or scales are applied by nodes of their own. */
  readonly nodes: readonly string[];
  /** Elements of all its constants. */
  readonly parameters: number;
  /** Those that papers call weights; for packed weights the number of elements that they stand for. */
  readonly weights: number;
  readonly biases: number;
  readonly normalization: number;
  /** Bytes of all its constants, scales and zero points included. */
  readonly weightBytes: number;
  /** Multiply-accumulates of one run; 0 where it multiplies nothing, undefined where the shapes are unknown. */
  readonly macs: number | undefined;
  readonly constants: readonly LayerConstant[];
}

/** The constants of a layer with the uses they were found by. */
export interface Layer {
  readonly head: Node;
  readonly nodes: readonly Node[];
  readonly uses: readonly ConstantUse[];
}

/** The layers of a model in the order of execution, and its constants, read by a layer or not. */
export interface Layers {
  readonly layers: readonly Layer[];
  readonly uses: readonly ConstantUse[];
}

/** Finds the nodes that read constants or multiply, joined to layers. */
export function findLayers(model: Model): Layers {
  const constant = constantValues(model);
  const grouping = layerNodes(model, constant);
  const uses = constantUses(model, constant, grouping);
  const byHead = new Map<Node, { readonly nodes: Node[]; readonly uses: ConstantUse[] }>();
  for (const node of inExecutionOrder(model)) {
    if (node.constant) continue;
    const head = grouping.headOf(node);
    const layer = byHead.get(head) ?? { nodes: [], uses: [] };
    layer.nodes.push(node);
    byHead.set(head, layer);
  }
  for (const use of uses) if (use.reader) byHead.get(grouping.headOf(use.reader.node))?.uses.push(use);
  const layers = [...byHead].map(([head, layer]) => ({ head, ...layer }));
  return { layers: layers.filter(({ head, uses: own }) => own.length > 0 || macRuleOf(head) !== undefined), uses };
}

/**
 * The costs of each layer in the order of execution: nodes that read constants or multiply, those in bodies and
 * functions included. A product with an Add of a constant behind it is one layer; so is a product of integers with the
 * Cast and the Mul that make floats of it. A shared constant counts in the layer that reads it first. Nodes of all
 * branches of an If are listed, while the total of {@link countCosts} charges the costliest.
 *
 * @param shapes as for {@link countCosts}
 * @example
 * for (const { label, weights, macs } of countLayerCosts(model, shapes)) console.log(label, weights, macs);
 */
export function countLayerCosts(model: Model, shapes: ShapeTable): readonly LayerCosts[] {
  return layerCosts(findLayers(model), shapes);
}

/** The costs of layers already found. */
export function layerCosts({ layers }: Layers, shapes: ShapeTable): readonly LayerCosts[] {
  const dimsOf = dimsReader(shapes);
  return layers.map(({ head, nodes, uses }) => {
    const rule = macRuleOf(head);
    const elements = (role: Role) =>
      total(
        uses.filter((use) => use.role === role),
        (use) => use.elements,
      );
    return {
      label: head.label,
      opType: head.domain === '' ? head.opType : `${head.domain}.${head.opType}`,
      nodes: nodes.map(({ label }) => label),
      parameters: total(uses, ({ weight }) => elementCount(weight.tensor.dims)),
      weights: elements('weight'),
      biases: elements('bias'),
      normalization: elements('normalization'),
      weightBytes: total(uses, ({ weight }) => storedBytes(weight.tensor)),
      macs: rule ? rule(head, dimsOf) : 0,
      constants: uses.map(({ weight: { name, tensor }, role }) => {
        const { dataType, dims } = tensor;
        return { name, role, dataType, dims };
      }),
    };
  });
}

const total = <T>(items: readonly T[], size: (item: T) => number) => items.reduce((sum, item) => sum + size(item), 0);
