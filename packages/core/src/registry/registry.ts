import { techniqueOfOtherFamily, unknownTechnique } from '../messages.js';
import { nearestName } from '../nodes/nearest-name.js';
import type { Technique, TechniqueFamily } from '../technique.js';

/** The techniques a run can choose from. */
export interface Registry {
  /** All techniques, or those of one family, in the order of registration. */
  list(family?: TechniqueFamily): readonly Technique[];
  /** @throws UsageError `UNKNOWN_TECHNIQUE` with the nearest name, or the family the name belongs to */
  find(family: TechniqueFamily, name: string): Technique;
}

/**
 * Makes a registry of a static list of techniques.
 *
 * @throws Error when two techniques of a family share a name
 * @example const registry = createRegistry([l1, l2, int8PerChannel]);
 */
export function createRegistry(techniques: readonly Technique[]): Registry {
  const list = (family?: TechniqueFamily): readonly Technique[] =>
    techniques.filter((technique) => family === undefined || technique.family === family);
  const byKey = new Map(techniques.map((technique) => [`${technique.family} ${technique.name}`, technique]));
  if (byKey.size < techniques.length) throw new Error('two techniques of the registry share family and name');
  return { list, find: (family, name) => byKey.get(`${family} ${name}`) ?? refuse(family, name, list) };
}

function refuse(family: TechniqueFamily, name: string, list: Registry['list']): never {
  const other = list().find((technique) => technique.name === name);
  if (other !== undefined) throw techniqueOfOtherFamily(family, name, other.family);
  const known = list(family).map((technique) => technique.name);
  throw unknownTechnique(family, name, known, nearestName(name, known));
}
