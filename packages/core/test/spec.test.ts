import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatSpec } from '../src/spec/format-spec.js';
import { parseSpec } from '../src/spec/parse-spec.js';
import type { ParsedSpec } from '../src/spec/spec.js';
import { thrownBy } from './thrown.js';

const bare: ParsedSpec = { name: 'l1', positional: undefined, options: {}, include: [], skip: [] };

describe('parseSpec', () => {
  it.each<[string, Partial<ParsedSpec>]>([
    ['l1', {}],
    ['l1:0.4', { positional: '0.4' }],
    ['l1:0.3,round=8@/features/**', { positional: '0.3', options: { round: '8' }, include: ['/features/**'] }],
    ['int8-per-channel', { name: 'int8-per-channel' }],
    ['svd:energy=0.95', { name: 'svd', options: { energy: '0.95' } }],
    ['svd,energy=0.95', { name: 'svd', options: { energy: '0.95' } }],
    ['mixed:int4+int8,max-bytes=2MB', { name: 'mixed', positional: 'int4+int8', options: { 'max-bytes': '2MB' } }],
    ['l1:0.4,global', { positional: '0.4', options: { global: true } }],
    ['l1:0.4,skip=/a/*,skip=/b,round=4', { positional: '0.4', options: { round: '4' }, skip: ['/a/*', '/b'] }],
    ['l1,skip={/a,/b}/**@{/c,/d}/**,/e', { skip: ['{/a,/b}/**'], include: ['{/c,/d}/**', '/e'] }],
    ['l1,note=a=b:c', { options: { note: 'a=b:c' } }],
    ['l1:0.4@Conv#3,a node:0/x.y', { positional: '0.4', include: ['Conv#3', 'a node:0/x.y'] }],
    ['l1@x@y', { include: ['x@y'] }],
    [' l1 : 0.4 , round = 8 @ /a/* ', { positional: '0.4', options: { round: '8' }, include: ['/a/*'] }],
  ])('reads %s', (text, expected) => {
    expect(parseSpec(text)).toEqual({ ...bare, ...expected });
  });

  it.each([
    ['', 'it does not begin with the name of a technique'],
    [':0.4', 'it does not begin with the name of a technique'],
    ['l1=0.4', 'a colon follows the name: "l1:0.4"'],
    ['l1:', 'a value is missing after ":"'],
    ['l1:0.4,', 'an option is missing beside ","'],
    ['l1:0.4,,round=8', 'an option is missing beside ","'],
    ['l1:0.4,Round=8', '"Round" is not the name of an option'],
    ['l1:0.4,0.5', '"0.5" is not the name of an option'],
    ['l1:0.4,round=', 'a value is missing after "round="'],
    ['l1:0.4,round=8,round=4', 'round is given twice'],
    ['l1:0.4,skip', 'skip needs a glob, "skip=glob"'],
    ['l1:0.4@', 'a glob is missing after "@"'],
    ['l1:0.4@/a,,/b', 'a glob is missing after "@"'],
    ['l1:0.4@{/a,/b', 'a "{" is not closed'],
  ])('refuses "%s"', (text, problem) => {
    expect(thrownBy(() => parseSpec(text))).toBe(
      `SPEC_SYNTAX Cannot read the spec "${text}": ${problem} | ` +
        'A spec is name[:value][,key[=value]]...[@glob], for example "l1:0.4,round=8@/features/**".',
    );
  });

  it('reads back whatever formatSpec writes', () => {
    const plain = fc.stringMatching(/^[a-zA-Z0-9/.*?_#+:=-]([a-zA-Z0-9/.*?_#+:= -]*[a-zA-Z0-9/.*?_#+:=-])?$/);
    const glob = fc.oneof(
      plain,
      fc.tuple(plain, plain).map(([first, second]) => `{${first},${second}@1}`),
    );
    const key = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/).filter((name) => name !== 'skip');
    const spec = fc.record({
      name: fc.stringMatching(/^[a-z][a-z0-9-]*$/),
      positional: fc.option(
        plain.filter((text) => !/^[a-z][a-z0-9-]* *=/.test(text)),
        { nil: undefined },
      ),
      options: fc.dictionary(key, fc.oneof(glob, fc.constant(true as const)), { noNullPrototype: true }),
      include: fc.array(glob, { maxLength: 3 }),
      skip: fc.array(glob, { maxLength: 3 }),
    });
    fc.assert(fc.property(spec, (parsed) => expect(parseSpec(formatSpec(parsed))).toEqual(parsed)));
  });

  it('either reads a text or refuses it with a UsageError, and formats to a fixed point', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab1:=,@{} *') }), (text) => {
        const read = thrownBy(() => parseSpec(text));
        if (read !== 'nothing') expect(read).toMatch(/^SPEC_SYNTAX /);
        else expect(parseSpec(formatSpec(parseSpec(text)))).toEqual(parseSpec(text));
      }),
    );
  });
});
