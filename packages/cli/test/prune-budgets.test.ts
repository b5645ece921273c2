import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { commandLine, withModelFolder } from './support/command-line.js';

describe('compress --prune with budgets', () => {
  it.each([
    ['l1', 'needs a ratio above 0 and below 1 (l1:0.4), or a budget'],
    ['l1:0.5,keep-macs=0.5', 'takes a ratio or budgets, not both'],
    ['l1:1.5', 'ratio must be a number above 0 and below 1, not 1.5.'],
    ['l1:0', 'ratio must be a number above 0 and below 1, not 0.'],
    ['l1,keep-macs=2', 'keep-macs must be a number above 0 and below 1, not 2.'],
    ['l1,keep-params=0', 'keep-params must be a number above 0 and below 1, not 0.'],
    ['l1,keep-latency=1', 'keep-latency must be a number above 0 and below 1, not 1.'],
    ['l1,max-bytes=0', 'max-bytes must be a size such as 2MB or 1.5MiB, not 0.'],
    ['l1,max-bytes=small', 'max-bytes must be a size such as 2MB or 1.5MiB, not small.'],
    ['l1:0.4,steps=0', 'steps must be a whole number of at least 1, not 0.'],
    ['l1:0.4,scope=all', 'scope must be one of auto, layer, global, isomorphic, not all.'],
    ['l1:0.4,costs=1', 'costs must be an object in a recipe; a spec cannot hold it, not 1.'],
  ])('refuses %s before any work', (spec, problem) =>
    withModelFolder(async (cwd) => {
      const { code, stderr } = await commandLine(['model.onnx', '--prune', spec, '-q'], { cwd });
      expect(code).toBe(2);
      expect(stderr).toContain(`Prune "${spec}": ${problem}`);
    }),
  );

  it('meets them, and tells what was asked and what was reached', () =>
    withModelFolder(async (cwd) => {
      const spec = 'l1,keep-params=0.6,max-bytes=6000,scope=global,steps=2';
      const { code, stdout } = await commandLine(['model.onnx', '--prune', spec, '--json', '-q'], { cwd });
      expect(code).toBe(0);
      const { steps } = JSON.parse(stdout);
      const step = steps.find(({ family }: { family: string }) => family === 'prune');
      expect(step).toMatchObject({ spec, metrics: { requestedKeepParams: 0.6, requestedMaxBytes: 6000 } });
      expect(step.parametersAfter / step.parametersBefore).toBe(step.metrics.achievedKeepParams);
      expect(step.metrics.achievedKeepParams).toBeLessThanOrEqual(0.6);
      expect(step.bytesAfter).toBeLessThanOrEqual(6000);
    }));

  it('prints what was asked and what was reached', () =>
    withModelFolder(async (cwd) => {
      const { stdout } = await commandLine(['model.onnx', '--prune', 'l1,keep-macs=0.5', '-q'], { cwd });
      expect(stdout).toMatch(/prune l1,keep-macs=0\.5 .* 64 -> 32 channels, \d+\.\d % of the MACs \(asked 50\.0 %\)/);
    }));

  it('ends with 4 below the possible and says what is possible', () =>
    withModelFolder(async (cwd) => {
      const { code, stderr } = await commandLine(['model.onnx', '--prune', 'l1,keep-macs=0.01', '-q'], { cwd });
      expect(code).toBe(4);
      expect(stderr).toMatch(/keep-macs=0\.01 cannot be reached: at least 0\.\d+ stays\./);
    }));

  it('replays a measured budget of time from the recipe of the report, to the byte', () =>
    withModelFolder(async (cwd) => {
      const costs = {
        nodes: {
          '/body/conv': [
            [0.5, 0.4],
            [1, 1],
          ],
        },
        elsewhere: 0.1,
      };
      const options = { keepLatency: 0.7, round: 1, costs };
      const draft = { steps: [{ family: 'prune', technique: 'l1', options }] };
      await writeFile(join(cwd, 'measured.json'), JSON.stringify(draft));
      const run = async (recipe: string, output: string) => {
        const args = ['model.onnx', '--recipe', recipe, '-o', output, '--json', '-q'];
        const { stdout, code } = await commandLine(args, { cwd });
        expect(code).toBe(0);
        return JSON.parse(stdout);
      };
      const first = await run('measured.json', 'first.onnx');
      const step = first.recipe.steps.find(({ family }: { family: string }) => family === 'prune');
      expect(step.options.costs).toEqual(costs);
      await writeFile(join(cwd, 'recipe.json'), JSON.stringify(first.recipe));
      expect((await run('recipe.json', 'second.onnx')).recipe).toEqual(first.recipe);
      expect(await readFile(join(cwd, 'second.onnx'))).toEqual(await readFile(join(cwd, 'first.onnx')));
    }));

  it('prints a recipe without measuring, and says where the measured one is', async () => {
    const { stdout, code } = await commandLine(['--prune', 'l1,keep-latency=0.7', '--print-recipe']);
    expect(code).toBe(0);
    const { steps } = JSON.parse(stdout);
    const { options } = steps.find(({ family }: { family: string }) => family === 'prune');
    expect(options).toMatchObject({ keepLatency: 0.7 });
    expect(options).not.toHaveProperty('costs');
    expect((await commandLine(['--help'])).stdout).toMatch(
      /--print-recipe +print the resolved recipe and stop; what a run measures first is in the recipe of its report/,
    );
  });
});
