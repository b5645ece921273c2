import { describe, expect, it } from '@jest/globals';
import { UsageError } from 'onnx-compress';
import { parseArguments } from '../src/options/parse.js';
import { commandLine } from './support/command-line.js';

describe('the parser', () => {
  it('never lets a repeatable option swallow the model', () => {
    const args = parseArguments([
      '--prune',
      'l1:0.4',
      '--prune=l2:0.1@/a/**',
      'model.onnx',
      '--quant',
      'int8-per-channel',
    ]);
    expect(args.positionals).toEqual(['model.onnx']);
    expect(args.all('prune')).toEqual(['l1:0.4', 'l2:0.1@/a/**']);
    expect(args.one('quant')).toBe('int8-per-channel');
  });

  it('takes short options, switches, and everything after -- as it stands', () => {
    const args = parseArguments(['-q', '-o', 'out.onnx', '--', '--odd.onnx']);
    expect([args.has('quiet'), args.one('output'), args.positionals]).toEqual([true, 'out.onnx', ['--odd.onnx']]);
  });

  it('takes a value behind = as it stands, even an option, and switches that are turned off', () => {
    const args = parseArguments(['m.onnx', '--output=--odd=a.onnx', '--quiet=false', '--verbose=true']);
    expect(args.one('output')).toBe('--odd=a.onnx');
    expect([args.has('quiet'), args.has('verbose')]).toEqual([false, true]);
  });

  it('takes short options as shells do: together, and with the value behind them', () => {
    const args = parseArguments(['m.onnx', '-qoout.onnx']);
    expect([args.has('quiet'), args.one('output')]).toEqual([true, 'out.onnx']);
  });

  it('keeps words that look like numbers, dots and negations as they are', () => {
    const args = parseArguments(['007', '--input', 'a.b=1', '--min-snr', '-3.5']);
    expect([args.positionals, args.one('input'), args.number('min-snr')]).toEqual([['007'], 'a.b=1', -3.5]);
  });

  it('reads sizes and bounded numbers', () => {
    const args = parseArguments(['--max-size', '1.5MiB', '--seed', '7', 'm.onnx']);
    expect([args.bytes('max-size'), args.number('seed', { least: 0, whole: true })]).toEqual([1_572_864, 7]);
  });

  it.each([
    [['--prnue', 'l1:0.4', 'm.onnx'], "--prnue is not an option of 'compress'. Did you mean --prune?"],
    [['inspect', 'm.onnx', '--prune', 'l1:0.4'], "--prune is not an option of 'compress inspect'."],
    [['m.onnx', '--no-quiet'], '--no-quiet is not an option'],
    [['m.onnx', '--output', '--', 'out.onnx'], '--output needs a value'],
    [['m.onnx', '--seed', '1', '--seed', '2'], '--seed is given more than once'],
    [['m.onnx', '--seed', '1.5'], '--seed cannot be "1.5". It is a whole number, at least 0'],
    [['m.onnx', '--max-size', '4XB'], '--max-size cannot be "4XB". It is a size'],
    [['m.onnx', '--max-ratio', '0'], '--max-ratio cannot be "0". It is a number, above 0'],
    [['m.onnx', '--min-agreement', '98'], 'at most 1'],
    [['m.onnx', '--verify', 'ful'], '--verify cannot be "ful". Did you mean full?'],
    [['m.onnx', '--output'], '--output needs a value'],
    [['m.onnx', '--quant', ''], '--quant needs a value'],
    [['m.onnx', '--quant', '--verbose'], '--quant needs a value'],
    [['m.onnx', '--dim', 'batch'], '--dim cannot be "batch". Write it as batch=1'],
    [['m.onnx', '--dim', 'batch=0'], '--dim cannot be "batch=0"'],
    [['m.onnx', '--input', 'a=1', '--input', 'a=2'], '--input a is given more than once'],
    [['m.onnx', '--report', 'out.pdf'], '--report cannot tell the format'],
    [['m.onnx', '--prune', 'l3:0.4'], 'There is no prune technique "l3"'],
    [['m.onnx', '--prune', 'l1:x'], 'ratio must be a number'],
    [['m.onnx', 'other.onnx'], "'m.onnx' is neither a command nor a file"],
    [['inspct', 'm.onnx'], "Did you mean 'compress inspect'?"],
    [['diff', 'a.onnx'], '<after> is missing'],
    [['list', 'quants'], 'Did you mean quant?'],
    [[], '<model.onnx> is missing'],
  ])('refuses %j in one line, with 2', async (argv, message) => {
    const { code, stdout, stderr } = await commandLine(argv);
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect([code, stdout]).toEqual([2, '']);
  });

  it('throws errors of the library', () => {
    expect(() => parseArguments(['--nonsense'])).toThrow(UsageError);
  });

  it('speaks English whatever the locale', async () => {
    const before = process.env.LC_ALL;
    process.env.LC_ALL = 'de_DE.UTF-8';
    const { stderr } = await commandLine(['m.onnx', '-o']);
    if (before === undefined) delete process.env.LC_ALL;
    else process.env.LC_ALL = before;
    expect(stderr).toBe("error: --output needs a value. See 'compress --help'.\n");
  });
});
