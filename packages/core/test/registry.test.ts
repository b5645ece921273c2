import { describe, expect, it } from '@jest/globals';
import { createRegistry } from '../src/registry/registry.js';
import { l1, registry } from './sample-registry.js';
import { thrownBy } from './thrown.js';

describe('createRegistry', () => {
  it('finds techniques by family and name and lists them in order', () => {
    expect(registry.find('prune', 'l1').summary).toBe('sample');
    expect(registry.list().map(({ name }) => name)).toEqual(['l1', 'ln', 'mixed', 'tidy']);
    expect(registry.list('prune').map(({ name }) => name)).toEqual(['l1', 'ln']);
  });

  it('names the nearest technique for a mistyped one', () => {
    expect(thrownBy(() => registry.find('quant', 'mixd'))).toBe(
      'UNKNOWN_TECHNIQUE There is no quant technique "mixd". | Did you mean "mixed"?',
    );
  });

  it('lists the family when nothing is near', () => {
    expect(thrownBy(() => registry.find('prune', 'magnitude'))).toBe(
      'UNKNOWN_TECHNIQUE There is no prune technique "magnitude". | Known are: l1, ln.',
    );
    expect(thrownBy(() => registry.find('low-rank', 'svd'))).toBe(
      'UNKNOWN_TECHNIQUE There is no low-rank technique "svd". | Known are: none.',
    );
  });

  it('names the family a technique belongs to', () => {
    expect(thrownBy(() => registry.find('prune', 'mixed'))).toBe(
      'UNKNOWN_TECHNIQUE "mixed" is not a prune technique. | It is a quant technique: use it there.',
    );
  });

  it('refuses two techniques of one name', () => {
    expect(() => createRegistry([l1, l1])).toThrow('two techniques of the registry share family and name');
  });
});
