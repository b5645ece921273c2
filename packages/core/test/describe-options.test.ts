import { describe, expect, it } from '@jest/globals';
import { describeOptions } from '../src/registry/describe-options.js';
import { registry } from './sample-registry.js';

describe('describeOptions', () => {
  it('tells names, allowed values, defaults and the positional option', () => {
    const rows = describeOptions(registry.find('prune', 'l1')).map(({ schema, ...row }) => row);
    expect(rows).toEqual([
      {
        name: 'ratio',
        key: 'ratio',
        allowed: 'a number above 0 and below 1',
        summary: 'Part of the channels to remove.',
        default: undefined,
        required: true,
        positional: true,
      },
      expect.objectContaining({ name: 'round', allowed: 'a whole number above 0', required: false, positional: false }),
      expect.objectContaining({ name: 'keep-macs', key: 'keepMacs', allowed: 'a number above 0 and of at most 1' }),
      expect.objectContaining({ name: 'global', allowed: 'true or false', default: false, required: false }),
    ]);
  });

  it('has nothing to tell of a technique without options', () => {
    expect(describeOptions(registry.find('cleanup', 'tidy'))).toEqual([]);
  });
});
