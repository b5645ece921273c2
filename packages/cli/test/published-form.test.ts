import { describe, expect, it } from '@jest/globals';
import { commandLine, withModelFolder } from './support/command-line.js';
import { assertPublishedForm, schemaProblems } from './support/published-form.js';

const QUANT = ['model.onnx', '--quant', 'int8-per-channel', '--json', '-q'];

const record = (value: unknown): Record<string, unknown> => Object.fromEntries(Object.entries(value ?? {}));

async function report(cwd: string): Promise<Record<string, unknown>> {
  const { code, stdout } = await commandLine([...QUANT, '--verify', 'off', '--dry-run'], { cwd });
  expect(code).toBe(0);
  return record(JSON.parse(stdout));
}

describe('the published schemas', () => {
  it('hold for what every command prints', () =>
    withModelFolder(async (cwd) => {
      const lines = [
        [...QUANT, '-o', 'small.onnx'],
        [...QUANT, '--max-size', '1kB'],
        [...QUANT, '--print-recipe'],
        ['inspect', 'model.onnx', '--json'],
        ['diff', 'model.onnx', 'small.onnx', '--json'],
        ['verify', 'model.onnx', 'small.onnx', '--json'],
        ['list', '--json'],
        ['inspect', 'no.onnx', '--json'],
        ['--no-such-option', '--json'],
      ];
      const codes: number[] = [];
      for (const line of lines) codes.push((await commandLine(line, { cwd })).code);
      expect(codes).toEqual([0, 6, 0, 0, 0, 0, 0, 3, 2]);
    }));

  it('refuse a report with an unknown, a missing or a wrong field', () =>
    withModelFolder(async (cwd) => {
      const good = await report(cwd);
      const { seed: _seed, ...seedless } = good;
      const first = { ...record(Object.values(record(good.steps))[0]), bytesAfter: null };
      expect(schemaProblems('report', good)).toEqual([]);
      expect(schemaProblems('report', { ...good, unknown: 1 })).toEqual([expect.stringContaining('"unknown"')]);
      expect(schemaProblems('report', seedless)).toEqual([expect.stringContaining('"seed"')]);
      expect(schemaProblems('report', { ...good, steps: [first] })).toEqual([
        expect.stringMatching(/^report\/steps\/0\/bytesAfter: must be number/),
      ]);
    }));

  it('fail a test whose command line prints another form', () => {
    const broken = JSON.stringify({ schemaVersion: 1, techniques: [{ name: 'l1' }] });
    expect(() => assertPublishedForm(['list', '--json'], 0, broken)).toThrow(/list\/techniques\/0: must have/);
    const error = JSON.stringify({ schemaVersion: 1, error: { code: 'X', message: 'x' } });
    expect(() => assertPublishedForm(['list', '--json'], 2, error)).not.toThrow();
    expect(() => assertPublishedForm(['list', '--json'], 0, error)).toThrow(/schema/);
  });
});
