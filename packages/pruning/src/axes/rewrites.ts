import type { AttributeValue, Node } from '@onnx-compress/graph';
import type { SizeEntry } from '../sizes/size-entry.js';
import type { Axis } from './axis.js';

/** What is left after removing channels. */
export interface Survivors {
  /** Length of the axis afterwards. */
  count(axis: Axis): number;
}

/** A number that depends on which channels are removed. */
export type Recount = (survivors: Survivors) => number;

/** A list of integers, an input or an attribute, some of whose elements follow the pruned axes. */
export interface OperandRewrite {
  readonly kind: 'operand';
  readonly node: Node;
  readonly operand: number | string;
  /** Values in the original model. */
  readonly before: readonly (number | undefined)[];
  readonly after: ReadonlyMap<number, Recount>;
  /** Axes from whose lengths the graph itself computes the operand; when they change it must become a constant. */
  readonly sources: readonly Axis[];
}

/** An attribute that follows the pruned axes; an undefined value removes it. */
export interface AttributeRewrite {
  readonly kind: 'attribute';
  readonly node: Node;
  readonly name: string;
  readonly after: (survivors: Survivors) => AttributeValue | undefined;
}

export type Rewrite = OperandRewrite | AttributeRewrite;

interface PendingOperand {
  readonly node: Node;
  readonly operand: number | string;
  readonly before: Map<number, number>;
  readonly after: Map<number, Recount>;
  readonly axes: Map<number, Axis>;
  readonly sources: Set<Axis>;
}

/** Collects what must be rewritten when channels go, one entry per operand or attribute. */
export class Rewrites {
  readonly #operands = new Map<Node, Map<number | string, PendingOperand>>();
  readonly #attributes: AttributeRewrite[] = [];

  /** Remembers the values of an operand, element by element, as far as they were followed. */
  keep(entries: readonly SizeEntry[]): void {
    for (const { site, value, sources } of entries) {
      if (site === undefined || value === undefined) continue;
      const operand = this.#operand(site.node, site.operand);
      operand.before.set(site.index, value);
      for (const source of sources) operand.sources.add(source);
    }
  }

  /** Makes one operand element follow `recount`. */
  element({ site }: SizeEntry, recount: Recount): void {
    if (site !== undefined) this.#operand(site.node, site.operand).after.set(site.index, recount);
  }

  /**
   * Makes one operand element follow the length of `axis`. Returns the axis that it already follows, where another
   * consumer shares the element.
   */
  length(entry: SizeEntry, axis: Axis): Axis | undefined {
    if (entry.site === undefined) return undefined;
    const { axes } = this.#operand(entry.site.node, entry.site.operand);
    const earlier = axes.get(entry.site.index);
    axes.set(entry.site.index, axis);
    this.element(entry, (survivors) => survivors.count(axis));
    return earlier;
  }

  attribute(node: Node, name: string, after: AttributeRewrite['after']): void {
    this.#attributes.push({ kind: 'attribute', node, name, after });
  }

  *all(): Iterable<Rewrite> {
    yield* this.#attributes;
    for (const operands of this.#operands.values()) {
      for (const { node, operand, before, after, sources } of operands.values()) {
        const values = Array.from({ length: Math.max(-1, ...before.keys()) + 1 }, (_, index) => before.get(index));
        yield { kind: 'operand', node, operand, before: values, after, sources: [...sources] };
      }
    }
  }

  #operand(node: Node, operand: number | string): PendingOperand {
    const operands = this.#operands.get(node) ?? new Map<number | string, PendingOperand>();
    this.#operands.set(node, operands);
    const pending = operands.get(operand) ?? emptyOperand(node, operand);
    operands.set(operand, pending);
    return pending;
  }
}

function emptyOperand(node: Node, operand: number | string): PendingOperand {
  return { node, operand, before: new Map(), after: new Map(), axes: new Map(), sources: new Set() };
}
