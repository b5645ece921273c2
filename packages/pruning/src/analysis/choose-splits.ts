import type { Model, ShapeTable } from '@onnx-compress/graph';
import type { Engine } from '../axes/engine.js';
import type { SplitChoices } from '../axes/split-sites.js';
import { analyse } from './analyse.js';
import { type AttentionChoice, type Component, splitCandidates } from './split-candidates.js';

/** What the analysis may choose. */
export interface AnalysisChoices {
  /** Default: `auto`. */
  readonly attention?: AttentionChoice | undefined;
  /** Whether channels go that normalizations compute statistics over; default: `keep`. */
  readonly statistics?: 'keep' | 'change' | undefined;
  /** The free pieces of an earlier analysis; then nothing is left to choose. */
  readonly splits?: SplitChoices | undefined;
}

/** At most so many other choices are tried at each place. */
const MAX_TRIALS = 4;

interface Positions {
  /** Positions that can be removed. */
  readonly open: number;
  readonly all: number;
}

/** Positions of the split factors of a component. */
function countPositions({ dependencies: { splits, atoms } }: Engine, { sites }: Component): Positions {
  const own = new Set(sites);
  const positions = splits.sites.flatMap((site) => (own.has(site.key) ? [...site.atoms] : []));
  const open = positions.filter((atom) => atoms.pinnedBecause(atom) === undefined).length;
  return { open, all: positions.length };
}

/** Elements of weights that lie on positions that can be removed. */
function openElements({ producers, dependencies }: Engine): number {
  let count = 0;
  for (const { weight, axis, atoms } of producers) {
    const { dims } = weight.tensor;
    const each = dims.reduce((product, size, index) => (index === axis ? product : product * size), 1);
    for (const atom of atoms) if (dependencies.atoms.pinnedBecause(atom) === undefined) count += each;
  }
  return count;
}

/** True where an analysis with these choices would be the same again. */
function hasMade({ dependencies }: Engine, choices: SplitChoices): boolean {
  return dependencies.splits.sites.every(({ key, kept }) => (choices.get(key) ?? kept) === kept);
}

/** For each component the best candidate until now. */
class Search {
  readonly #best = new Map<Component, Positions & { readonly candidate: number }>();

  constructor(private readonly components: readonly Component[]) {}

  /** Compares the candidates that an analysis was made with to the best ones; the first of equal ones stays. */
  judge(engine: Engine, trial: number, tried: readonly Component[]): void {
    for (const component of tried) {
      const positions = countPositions(engine, component);
      const best = this.#best.get(component);
      if (best === undefined || positions.open > best.open) {
        this.#best.set(component, { candidate: trial, ...positions });
      }
    }
  }

  /** Components with positions that are still pinned, and a candidate that might free them. */
  blocked(trial: number): readonly Component[] {
    return this.components.filter((component) => {
      const best = this.#best.get(component);
      return best !== undefined && best.open < best.all && component.candidates[trial] !== undefined;
    });
  }

  /** The choices with this candidate for some components, and the best one for all others. */
  choices(trial: number, tried: readonly Component[]): SplitChoices {
    const chosen = this.components.map((component) => {
      const candidate = tried.includes(component) ? trial : (this.#best.get(component)?.candidate ?? 0);
      return component.candidates[candidate] ?? new Map<string, number>();
    });
    return new Map(chosen.flatMap((choices) => [...choices]));
  }
}

/**
 * Analyses the model, and again with other pieces of split axes left free wherever the piece at hand cannot be removed:
 * groups of GroupNormalization, groups of shuffled channels, attention heads. At most `MAX_TRIALS` + 3 analyses.
 */
export function chooseSplits(model: Model, types: ShapeTable, choices: AnalysisChoices = {}): Engine {
  const { attention = 'auto', statistics } = choices;
  if (choices.splits !== undefined) return analyse(model, types, { statistics, splits: choices.splits });
  const first = analyse(model, types, { statistics });
  const components = splitCandidates(first, attention);
  const search = new Search(components);
  const run = (trial: number, tried: readonly Component[], ...earlier: readonly Engine[]) => {
    const splits = search.choices(trial, tried);
    return earlier.find((engine) => hasMade(engine, splits)) ?? analyse(model, types, { statistics, splits });
  };
  const preferred = run(0, components, first);
  search.judge(preferred, 0, components);
  let trial = 1;
  for (; trial <= MAX_TRIALS; trial++) {
    const tried = search.blocked(trial);
    if (tried.length === 0) break;
    search.judge(run(trial, tried, preferred, first), trial, tried);
  }
  if (trial === 1) return preferred;
  const chosen = run(0, [], preferred, first);
  return openElements(chosen) >= openElements(preferred) ? chosen : preferred;
}
