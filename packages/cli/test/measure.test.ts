import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Model } from '@onnx-compress/graph';
import { writeModel } from '@onnx-compress/graph/node';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import { commandLine, withModelFolder } from './support/command-line.js';

/** A convolution over images of any size. */
const convolution = (channels: number, input = 'image'): Model =>
  buildModel({
    inputs: { [input]: ['float32', ['batch', 3, 'height', 'width']] },
    outputs: ['features'],
    weights: { w: randomFloats([channels, 3, 3, 3], 1) },
    nodes: [{ opType: 'Conv', name: 'conv', inputs: [input, 'w'], outputs: ['features'] }],
  });

/** Lends a folder with small.onnx, large.onnx, which does eight times as much, and other.onnx with another input. */
const withPair = <T>(work: (cwd: string) => Promise<T>): Promise<T> =>
  withModelFolder(async (cwd) => {
    await writeModel(convolution(16), join(cwd, 'small.onnx'));
    await writeModel(convolution(128), join(cwd, 'large.onnx'));
    await writeModel(convolution(16, 'picture'), join(cwd, 'other.onnx'));
    return work(cwd);
  });

const QUICK = ['--runs', '6'];
const COMPARE = ['measure', 'small.onnx', '--against', 'large.onnx', ...QUICK];
const NO_POWERCAP = ['--powercap-root', 'no-such-folder'];

const json = (text: string): unknown => JSON.parse(text);

describe('compress measure', () => {
  it(
    'says of the model whether it is better, and ends with 6 where the speedup is less than asked for',
    () =>
      withPair(async (cwd) => {
        const options = ['--energy', 'none', '--min-speedup', '1000', '--report', 'report.html'];
        const { code, stdout } = await commandLine([...COMPARE, ...options, '--json', '-q'], { cwd });
        expect(code).toBe(6);
        expect(json(stdout)).toMatchObject({
          schemaVersion: 1,
          before: { path: expect.stringMatching(/large\.onnx$/) },
          after: { path: expect.stringMatching(/small\.onnx$/), energy: null },
          speedup: expect.any(Number),
          interval: [expect.any(Number), expect.any(Number)],
          verdict: 'better',
          budgets: [{ name: 'min-speedup', limit: 1000, ok: false }],
        });
        expect(await readFile(join(cwd, 'report.html'), 'utf8')).toContain('<!doctype html>');
      }),
    60_000,
  );

  it(
    'tells progress on stderr, and on stdout a table, the self-check first',
    () =>
      withPair(async (cwd) => {
        const options = ['--aa', '--profile', '--input-sizes', '1x3x16x16', '--energy', 'none', '--min-speedup', '1.1'];
        const { code, stdout, stderr } = await commandLine([...COMPARE, ...options], { cwd });
        expect(code).toBe(0);
        expect(stdout).toMatch(/small\.onnx against large\.onnx .*\nself-check: a model against itself \d\.\d\dx \[/);
        expect(stdout).toMatch(/\n1x3x16x16\n(.*\n)* {2}CPU time .* better\n/);
        expect(stdout).toMatch(/\nTime by node, .*\n +before +after\n {2}conv \(Conv\) .*#/);
        expect(stdout).toMatch(/\nverdict better {3}speedup .*\nbudget min-speedup .* ok\n$/);
        expect(stderr).toMatch(/self-check \d+\.\d s\nmeasure 1x3x16x16 \d+\.\d s\n/);
      }),
    60_000,
  );

  it(
    'says in one line that there is no counter, and gives CPU time and an estimate all the same',
    () =>
      withPair(async (cwd) => {
        const argv = ['measure', 'small.onnx', ...QUICK, ...NO_POWERCAP];
        const { code, stdout, stderr } = await commandLine(argv, { cwd });
        expect(code).toBe(0);
        expect(stderr.split('\n').filter((line) => /energy/.test(line))).toEqual([
          expect.stringMatching(/^warning: no energy counter \(.{1,80}\): energy is estimated from CPU time$/),
        ]);
        expect(stdout).toMatch(/\n {2}CPU time +\d/);
        expect(stdout).toMatch(/\n {2}estimate, not measured: energy \d/);
        expect(stdout).not.toMatch(/verdict|\n {2}energy/);
      }),
    60_000,
  );

  it.each([
    [['--input-sizes', '1x3x8'], 'cannot be 1x3x8'],
    [['--input-sizes', '1x3xAx8'], '"1x3xAx8" is no input size'],
    [['--input-sizes', 'x=1x3x8x8'], 'the model has no input "x". Its inputs are image'],
    [['--batch', '1,0'], '--batch cannot be "0"'],
    [['--runs', '5'], '--runs cannot be "5". It is a whole number, at least 6'],
    [['--min-speedup', '2'], 'min-speedup needs a model to be held against. Name it with --against'],
    [['--energy', 'rapl', ...NO_POWERCAP], 'no-such-folder'],
    [['--country', 'FRA', '--grid-intensity', '44'], 'Both a country and a grid intensity are given'],
    [['--against', 'other.onnx'], 'other.onnx do not take the same inputs: '],
    [['--report', 'nowhere/report.html'], 'Cannot write the report nowhere/report.html'],
    [['--margin', '5'], '--margin cannot be "5". It is a number, above 0, below 1'],
    [['--input-sizes', '1x3x8x8,1x3x8x8'], 'Input size 1x3x8x8 is asked for twice'],
    [['--aipowermeter', '.'], 'is not an empty folder'],
    [['--report', 'report.txt'], '--report cannot tell the format from "report.txt"'],
  ])('refuses %j in one line', (options, message) =>
    withPair(async (cwd) => {
      const { code, stderr } = await commandLine(['measure', 'small.onnx', ...options, '-q'], { cwd });
      expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
      expect(stderr.trim().split('\n')).toHaveLength(1);
    }),
  );

  it('is cancelled at once', () =>
    withPair(async (cwd) => {
      const { code } = await commandLine(COMPARE, { cwd, signal: AbortSignal.abort() });
      expect(code).toBe(130);
    }));
});

describe('compress with a measurement', () => {
  const PRUNE = ['model.onnx', '--prune', 'l1:0.5', '-q'];

  it(
    'times the result, whose bytes do not depend on it',
    () =>
      withModelFolder(async (cwd) => {
        const plain = await commandLine([...PRUNE, '--json'], { cwd });
        const timed = await commandLine([...PRUNE, '--json', '--measure', '--verbose'], { cwd });
        expect(json(plain.stdout)).not.toHaveProperty('latency');
        expect(json(timed.stdout)).toMatchObject({
          latency: { metric: 'cpu', threads: 1, runs: expect.any(Number) },
          layers: expect.arrayContaining([
            expect.objectContaining({
              node: '/body/conv',
              before: expect.objectContaining({ timeMs: expect.any(Number) }),
              after: expect.objectContaining({ timeMs: expect.any(Number) }),
            }),
          ]),
        });
        const sha256 = /"output": \{[^}]*"sha256": "(\w+)"/;
        expect(sha256.exec(timed.stdout)?.[1]).toBe(sha256.exec(plain.stdout)?.[1] ?? 'no hash');
      }),
    60_000,
  );

  it(
    'ends with 6 and writes nothing where the result is not fast enough, also without verification',
    () =>
      withModelFolder(async (cwd) => {
        const argv = [...PRUNE, '--min-speedup', '1000', '--verify', 'off'];
        const { code, stdout, stderr } = await commandLine(argv, { cwd });
        expect([code, stderr]).toEqual([6, expect.stringContaining('misses a limit: min-speedup: ')]);
        expect(stdout).toMatch(/\n {2}latency .* -> .*x \[.*\] \w+\n {2}budget min-speedup .* MISSED\n$/);
        expect(await readdir(cwd)).toEqual(['model.onnx']);
      }),
    60_000,
  );
});
