import { type Node, type Value, type Weight, weightBehind } from '@onnx-compress/graph';
import { type MovedConstant, moved, onlyMoves } from './constant-moves.js';
import type { InputSlot } from './layer.js';

/** A constant that is part of a value, and where it is read. */
export interface ConstantSource extends MovedConstant {
  readonly weight: Weight;
  /** The input that reads the weight as it is stored. */
  readonly entry: InputSlot;
  /** True while the value is the whole weight, at most transposed. */
  readonly isWhole: boolean;
}

/** Operators behind which the whole weight is still there, in its own type. */
const WHOLE: ReadonlySet<string> = new Set(['Identity', 'Transpose']);

/** Finds the constants that values are made of, where nothing but moving elements lies between. */
export class ConstantSources {
  readonly #known = new Map<Node, readonly ConstantSource[]>();

  /** The sources of what an input reads; none where it is fed, computed, or not moved only. */
  of(entry: InputSlot): readonly ConstantSource[] {
    const value = entry.node.input(entry.index);
    const weight = weightBehind(value);
    if (weight !== undefined) {
      const { dims } = weight.tensor;
      return [{ weight, entry, isWhole: true, axes: [...dims.keys()], dims }];
    }
    return value?.producer ? this.#behind(value.producer) : [];
  }

  /** True for a node that gives back the elements of constants and of nothing else. */
  movesConstants(node: Node): boolean {
    return this.#behind(node).length > 0;
  }

  #behind(node: Node): readonly ConstantSource[] {
    const known = this.#known.get(node);
    if (known !== undefined) return known;
    const sources = this.#moved(node);
    this.#known.set(node, sources);
    return sources;
  }

  #moved(node: Node): readonly ConstantSource[] {
    if (!onlyMoves(node) || !parametersAreConstant(node)) return [];
    const inputs = dataInputs(node).map((index) => this.of({ node, index }));
    if (inputs.some((sources) => sources.length === 0)) return [];
    const isWhole = WHOLE.has(node.opType);
    return inputs.flat().flatMap((source) => {
      const after = moved(node, source);
      return after === undefined ? [] : [{ ...source, ...after, isWhole: source.isWhole && isWhole }];
    });
  }
}

function dataInputs(node: Node): readonly number[] {
  return node.opType === 'Concat' ? [...node.inputs.keys()] : [0];
}

function parametersAreConstant(node: Node): boolean {
  const data = new Set(dataInputs(node));
  return node.inputs.every((_, index) => data.has(index) || isConstant(node.input(index)));
}

function isConstant(value: Value | undefined): boolean {
  return value === undefined || weightBehind(value) !== undefined;
}
