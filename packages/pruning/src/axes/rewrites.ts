import type { AttributeValue, Node } from '@onnx-compress/graph';
import type { SizeEntry } from '../sizes/size-entry.js';
import type { Axis } from './axis.js';

/** What is left after removing channels. */
export interface Survivors {
  /** Length of the axis afterwards. */
  count(axis: Axis): number;
  /** Positions of a factor that stay, as they are numbered in the original model. */
  kept(atoms: Int32Array): readonly number[];
}

/** Types in which numbers that follow axis lengths can be written into the model. */
const OPERAND_TYPES = ['int64', 'int32', 'float32', 'float16', 'float64', 'bool'] as const;

export type OperandType = (typeof OPERAND_TYPES)[number];

/** The type as one that can be written; undefined for any other, and int64 where it is not known. */
export function operandType(dataType: string = 'int64'): OperandType | undefined {
  return OPERAND_TYPES.find((type) => type === dataType);
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

/** An integer operand of rank 0 or 1 of which elements may go. */
export interface ListRewrite {
  readonly kind: 'list';
  readonly node: Node;
  readonly input: number;
  readonly after: (survivors: Survivors) => readonly number[];
}

/** A node that takes positions of an axis of its first input; undefined where it can go on as what it is. */
export interface GatherRewrite {
  readonly kind: 'gather';
  readonly node: Node;
  readonly axis: number;
  /** True where a Gather does all that the node did, false where it goes before the node. */
  readonly replaces: boolean;
  readonly after: (survivors: Survivors) => readonly number[] | undefined;
}

/** An optional input that goes together with positions of an axis, since its value says nothing more. */
export interface DropRewrite {
  readonly kind: 'drop';
  readonly node: Node;
  readonly input: number;
  readonly axis: Axis;
}

export type Rewrite = OperandRewrite | AttributeRewrite | ListRewrite | GatherRewrite | DropRewrite;

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
  readonly #others: Rewrite[] = [];

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
    this.#others.push({ kind: 'attribute', node, name, after });
  }

  /** Adds a rewrite that no other rewrite of the node has a part in. */
  add(rewrite: ListRewrite | GatherRewrite | DropRewrite): void {
    this.#others.push(rewrite);
  }

  *all(): Iterable<Rewrite> {
    yield* this.#others;
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
