import { describe, expect, it } from '@jest/globals';
import { layersByWeight } from '../src/fallback/shared-weights.js';

describe('layers that return to floats together', () => {
  it('are those that share a weight, directly or through another layer', () => {
    const changed = [
      { node: 'a', tensor: 'w' },
      { node: 'lone', tensor: 'own' },
      { node: 'b', tensor: 'w' },
      { node: 'b', tensor: 'r' },
      { node: 'c', tensor: 'r' },
    ];
    expect(layersByWeight(changed).map((group) => [...group].sort())).toEqual([['a', 'b', 'c'], ['lone']]);
  });

  it('are joined where two groups turn out to be one', () => {
    const changed = [
      { node: 'a', tensor: 'w' },
      { node: 'b', tensor: 'w' },
      { node: 'c', tensor: 'r' },
      { node: 'd', tensor: 'r' },
      { node: 'd', tensor: 's' },
      { node: 'a', tensor: 's' },
    ];
    expect(layersByWeight(changed).map((group) => [...group].sort())).toEqual([['a', 'b', 'c', 'd']]);
  });

  it('are layers alone where nothing is shared', () => {
    expect(
      layersByWeight([
        { node: 'a', tensor: 'w' },
        { node: 'a', tensor: 'r' },
      ]),
    ).toEqual([['a']]);
  });
});
