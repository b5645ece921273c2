import type { InputSpec } from './input-spec.js';
import { ambiguousArrays, unassignedArrays } from './messages.js';
import type { RowArray } from './row-array.js';

/**
 * Finds the arrays of each input by name. A model with a single input takes arrays of any name, as long as none
 * carries the input's name. Arrays that name no input, such as labels, are left out once every input has its own.
 *
 * @param archives arrays in the order they are used; those of one archive stand together
 * @param supplied names of inputs that get their value from elsewhere
 * @throws UsageError where an input has no array, or the only input has several candidates in one archive
 */
export function assignArrays(
  archives: readonly (readonly RowArray[])[],
  inputs: readonly InputSpec[],
  supplied: ReadonlySet<string>,
): ReadonlyMap<string, readonly RowArray[]> {
  const arrays = archives.flat();
  const wanted = inputs.filter(({ name }) => !supplied.has(name));
  const byName = new Map(
    inputs
      .map(({ name }) => [name, arrays.filter((array) => array.name === name)] as const)
      .filter(([, own]) => own.length > 0),
  );
  const missing = wanted.filter(({ name }) => !byName.has(name));
  const [only] = wanted;
  if (missing.length === 0) return byName;
  const names = [...new Set(arrays.map(({ name }) => name))].filter((name) => !byName.has(name));
  if (only === undefined || wanted.length > 1 || arrays.length === 0) throw unassignedArrays(names, missing, inputs);
  const unclear = archives.find((archive) => archive.length > 1);
  if (unclear !== undefined)
    throw ambiguousArrays(
      unclear.map(({ name }) => name),
      only,
    );
  return new Map([[only.name, arrays]]);
}
