import type { Dim } from '@onnx-compress/graph';
import * as reasons from '../reasons.js';
import { AtomSets } from './atom-sets.js';
import { type Axis, axisSize, type Factor, type FreeFactor, fixedAxis, fixedFactor, fixedReason } from './axis.js';
import { alignRuns } from './runs.js';
import { splitPieces } from './split-pieces.js';
import { type SplitChoices, SplitSites } from './split-sites.js';

/** What is known about which axis positions can only be removed together. Rules add to it; surgery reads it. */
export class Dependencies {
  readonly atoms = new AtomSets();
  readonly splits: SplitSites;

  /** @param choices which pieces of split factors stay free. */
  constructor(choices: SplitChoices = new Map()) {
    this.splits = new SplitSites(choices);
  }

  /** A new axis whose positions depend on nothing yet. An axis of length 1 has nothing to remove. */
  fresh(size: number): Axis {
    if (size < 2) return fixedAxis(size, reasons.single());
    return [{ size, atoms: this.atoms.fresh(size) }];
  }

  /** Forbids removing any position of the axis. */
  pin(axis: Axis, reason: string): void {
    for (const factor of axis) for (const atom of factor.atoms ?? []) this.atoms.pin(atom, reason);
  }

  /** Says that the two axes are the same: a position is in one of them exactly if it is in the other. */
  unify(left: Axis, right: Axis): void {
    if (left === right || !(concerned(left) || concerned(right))) return;
    const [leftFactors, rightFactors] = [withoutOnes(left), withoutOnes(right)];
    const { runs, open } = alignRuns(leftFactors.map(sizeOf), rightFactors.map(sizeOf));
    for (const run of runs) {
      const leftRun = leftFactors.slice(run.leftStart, run.leftEnd);
      const rightRun = rightFactors.slice(run.rightStart, run.rightEnd);
      this.splits.link(leftRun, rightRun);
      this.#unifyFactors(this.flatten(leftRun), this.flatten(rightRun));
    }
    if (open === undefined) return;
    this.pin(leftFactors.slice(open.leftStart, open.leftEnd), fixedReason(rightFactors));
    this.pin(rightFactors.slice(open.rightStart, open.rightEnd), fixedReason(leftFactors));
  }

  /** The factors as one, position by position. Only one of them can stay free; it is the longest. */
  flatten(factors: readonly Factor[]): Factor {
    const [only, ...more] = factors;
    if (only !== undefined && more.length === 0) return only;
    const size = axisSize(factors);
    const free = longestFree(factors);
    if (free === undefined) return fixedFactor(size, fixedReason(factors));
    for (const factor of factors) if (factor !== free || size === undefined) this.pin([factor], reasons.merged());
    if (size === undefined) return fixedFactor(size, reasons.merged());
    const inner = axisSize(factors.slice(factors.indexOf(free) + 1)) ?? 1;
    return { size, atoms: Int32Array.from({ length: size }, (_, index) => atomAt(free, Math.floor(index / inner))) };
  }

  /**
   * One factor as a row-major product of pieces. Only one piece, `keep`, stays free. Its position p then stands for
   * all positions of the factor whose coordinate in that piece is p.
   */
  split(factor: Factor, sizes: readonly number[], keep: number): Factor[] {
    if (factor.atoms === undefined) return sizes.map((size) => fixedFactor(size, factor.reason));
    const size = sizes[keep] ?? 1;
    const inner = sizes.slice(keep + 1).reduce((product, next) => product * next, 1);
    const atoms = Int32Array.from({ length: size }, (_, index) => atomAt(factor, index * inner));
    for (const [position, atom] of factor.atoms.entries()) {
      this.atoms.union(atom, atoms[Math.floor(position / inner) % size] ?? atom);
    }
    if (size < 2) this.pin([factor], reasons.single());
    return sizes.map((other, index) =>
      index === keep && size > 1 ? { size, atoms } : fixedFactor(other, reasons.outerPart()),
    );
  }

  /** As `split`, where the choice of the piece that stays free is open. */
  #splitAtSite(factor: Factor, sizes: readonly number[]): readonly Factor[] {
    if (sizes.length === 1) return [factor];
    if (factor.atoms === undefined) return sizes.map((size) => fixedFactor(size, factor.reason));
    const { kept, pieces } = this.splits.add(factor, sizes);
    return this.split(factor, sizes, kept).map((part, index) => {
      const reason = index < kept ? reasons.blocksStay() : reasons.blocksGo();
      const own = part.atoms === undefined ? fixedFactor(part.size, reason) : part;
      return { ...own, piece: pieces[index] };
    });
  }

  /** Reads the elements of a tensor with these axes, in row-major order, under other dimensions. */
  regroup(axes: readonly Axis[], dims: readonly Dim[]): Axis[] {
    const factors = withoutOnes(axes.flat());
    const targets = [...dims.entries()].filter(([, dim]) => dim !== 1);
    const result: Axis[] = dims.map((dim) => fixedAxis(dim, reasons.regrouped()));
    const { runs, open } = alignRuns(
      factors.map(sizeOf),
      targets.map(([, dim]) => dim),
    );
    for (const run of open === undefined ? runs : [...runs, open]) {
      const wanted = targets.slice(run.rightStart, run.rightEnd);
      const parts = this.#regroupRun(
        factors.slice(run.leftStart, run.leftEnd),
        wanted.map(([, dim]) => dim),
      );
      for (const [index, [axis]] of wanted.entries())
        result[axis] = parts?.[index] ?? fixedAxis(dims[axis], reasons.regrouped());
    }
    return result;
  }

  #regroupRun(factors: readonly Factor[], dims: readonly Dim[]): Axis[] | undefined {
    if (factors.length === 0) return undefined;
    if (dims.length === 1) return [factors];
    const pieces = splitPieces(
      factors.map(knownSize),
      dims.map((dim) => (typeof dim === 'number' ? dim : Number.NaN)),
    );
    if (pieces === undefined) {
      this.pin(factors, reasons.regrouped());
      return undefined;
    }
    const result: Factor[][] = dims.map(() => []);
    for (const [index, factor] of factors.entries()) {
      const own = pieces[index] ?? [];
      const parts = this.#splitAtSite(
        factor,
        own.map(([, size]) => size),
      );
      for (const [part, [target]] of own.entries()) result[target]?.push(...parts.slice(part, part + 1));
    }
    return result;
  }

  #unifyFactors(left: Factor, right: Factor): void {
    if (left.atoms === undefined) this.pin([right], left.reason);
    if (right.atoms === undefined) this.pin([left], right.reason);
    if (left.atoms === undefined || right.atoms === undefined) return;
    for (const [index, atom] of left.atoms.entries()) this.atoms.union(atom, atomAt(right, index));
  }
}

/** True where something is to be learnt of an axis: it is free, or a choice could make it so. */
function concerned(axis: Axis): boolean {
  return axis.some(({ atoms, piece }) => atoms !== undefined || piece !== undefined);
}

function withoutOnes(factors: readonly Factor[]): Factor[] {
  return factors.filter(({ size }) => size !== 1);
}

function sizeOf(factor: Factor): Dim {
  return factor.size;
}

function knownSize({ size }: Factor): number {
  return typeof size === 'number' ? size : Number.NaN;
}

function longestFree(factors: readonly Factor[]): FreeFactor | undefined {
  let longest: FreeFactor | undefined;
  for (const factor of factors) {
    if (factor.atoms !== undefined && factor.size > (longest?.size ?? 0)) longest = factor;
  }
  return longest;
}

function atomAt({ atoms }: FreeFactor, position: number): number {
  const atom = atoms[position % atoms.length];
  if (atom === undefined) throw new RangeError(`no atom at position ${position}`);
  return atom;
}
