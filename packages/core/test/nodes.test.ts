import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { assertGlobsMatch } from '../src/nodes/assert-globs-match.js';
import { matchNodes } from '../src/nodes/match-nodes.js';
import { editDistance, nearestName } from '../src/nodes/nearest-name.js';
import { thrownBy } from './thrown.js';

describe('matchNodes', () => {
  it.each([
    ['/features/**', '/features/0/conv/Conv', true],
    ['/features/**', '/features', true],
    ['/features/**', '/features.0/Conv', false],
    ['/features/*', '/features/0/Conv', false],
    ['**/Conv', '/model.22/cv2.0/Conv', true],
    ['**', '/model/.hidden/Conv', true],
    ['/model.*/cv?/**', '/model.22/cv2/Conv', true],
    ['{/a,/b}/**', '/b/c', true],
    ['/layers.{0..3}/**', '/layers.4/q', false],
    ['Conv#*', 'Conv#12', true],
    ['Conv#1', 'Conv#12', false],
    ['model/conv:0/a b', 'model/conv:0/a b', true],
    ['!a', '!a', true],
    ['a[0](x)@{1}', 'a[0](x)@{1}', true],
    ['./a', './a', true],
    ['a\\*', 'a*', true],
    ['a\\*', 'ab', false],
  ])('glob %s on %s: %s', (glob, label, expected) => {
    expect(matchNodes({ include: [glob], skip: [] })(label)).toBe(expected);
    expect(matchNodes({ include: [], skip: [glob] })(label)).toBe(!expected);
  });

  it('takes any of the include globs, all nodes without one, and lets skip win', () => {
    const matches = matchNodes({ include: ['/a/**', '/b/**'], skip: ['**/head'] });
    expect(['/a/x', '/b/x', '/c/x', '/a/head'].map(matches)).toEqual([true, true, false, false]);
    expect(matchNodes({ include: [], skip: [] })('anything')).toBe(true);
  });

  it('matches every label with itself', () => {
    fc.assert(fc.property(fc.string({ minLength: 1 }), (label) => matchNodes({ include: [label], skip: [] })(label)));
  });
});

describe('assertGlobsMatch', () => {
  const labels = ['/stem/Conv', '/features/0/Conv', '/features/1/Conv', '/head/Gemm'];

  it('accepts globs that each match something', () => {
    expect(thrownBy(() => assertGlobsMatch({ include: ['/features/**'], skip: ['/head/*'] }, labels))).toBe('nothing');
  });

  it('names the nearest labels for an include or skip glob that matches nothing', () => {
    const expected =
      'GLOB_MATCHES_NOTHING No node of the model matches "/faetures/**". | ' +
      'The nearest names are /features/0/Conv, /features/1/Conv, /head/Gemm. ' +
      '"*" stays between two slashes; "**" between slashes crosses them.';
    expect(thrownBy(() => assertGlobsMatch({ include: ['/faetures/**'], skip: [] }, labels))).toBe(expected);
    expect(thrownBy(() => assertGlobsMatch({ include: [], skip: ['/faetures/**'] }, labels))).toBe(expected);
  });

  it('says so when the model is empty', () => {
    expect(thrownBy(() => assertGlobsMatch({ include: ['a'], skip: [] }, []))).toBe(
      'GLOB_MATCHES_NOTHING No node of the model matches "a". | The model has no nodes. ' +
        '"*" stays between two slashes; "**" between slashes crosses them.',
    );
  });
});

describe('nearestName', () => {
  const names = ['l1', 'l2', 'int8-per-channel', 'int8-per-tensor', 'entropy'];

  it.each([
    ['l3', 'l1'],
    ['L2', 'l2'],
    ['int8-per-chanel', 'int8-per-channel'],
    ['int8-per-tesnor', 'int8-per-tensor'],
    ['int8', 'int8-per-channel'],
    ['entorpy', 'entropy'],
    ['apoz', undefined],
    ['', undefined],
  ])('of %s is %s', (typed, expected) => {
    expect(nearestName(typed, names)).toBe(expected);
  });
});

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
    ['ab', 'ba', 1],
    ['abcd', 'acbd', 1],
    ['ca', 'abc', 3],
  ])('from %s to %s is %s', (from, to, expected) => {
    expect(editDistance(from, to)).toBe(expected);
  });

  it('is symmetric, at least the difference in length and at most the longer length', () => {
    const text = fc.string({ unit: fc.constantFrom(...'abc'), maxLength: 8 });
    fc.assert(
      fc.property(text, text, (from, to) => {
        const distance = editDistance(from, to);
        expect(distance).toBe(editDistance(to, from));
        expect(distance).toBeGreaterThanOrEqual(Math.abs(from.length - to.length));
        expect(distance).toBeLessThanOrEqual(Math.max(from.length, to.length));
        expect(distance === 0).toBe(from === to);
      }),
    );
  });
});
