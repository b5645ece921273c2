import { describe, expect, it } from '@jest/globals';
import type { Calibration, CompressEvent, Step } from '@onnx-compress/core';
import { float32Tensor, type Model, present, readFloats } from '@onnx-compress/graph';
import { buildModel, randomFloats, runModel } from '@onnx-compress/test-kit';
import { applyStep } from '../src/apply-step.js';
import { compressFile } from '../src/compress-file.js';
import { quantize } from '../src/steps.js';
import { withModelFile } from './support/models.js';

const DIMS = [1, 8, 6, 6];

/** Two convolutions and a matrix product without bias, fed with values far from 0, for which rounding shifts means. */
function net(): Model {
  return buildModel({
    inputs: { x: ['float32', DIMS] },
    outputs: { y: ['float32', [1, 128]] },
    weights: {
      w1: randomFloats([32, 8, 3, 3], 1),
      b1: randomFloats([32], 2),
      w2: randomFloats([128, 32, 3, 3], 3),
      w3: randomFloats([128, 128], 4),
    },
    nodes: [
      { opType: 'Conv', name: 'first', inputs: ['x', 'w1', 'b1'], outputs: ['h1'] },
      { opType: 'Relu', name: 'relu1', inputs: ['h1'], outputs: ['r1'] },
      { opType: 'Conv', name: 'second', inputs: ['r1', 'w2'], outputs: ['h2'] },
      { opType: 'Relu', name: 'relu2', inputs: ['h2'], outputs: ['r2'] },
      { opType: 'GlobalAveragePool', name: 'pool', inputs: ['r2'], outputs: ['p'] },
      { opType: 'Flatten', name: 'flat', inputs: ['p'], outputs: ['row'] },
      { opType: 'MatMul', name: 'head', inputs: ['row', 'w3'], outputs: ['y'] },
    ],
  });
}

async function image(seed: number) {
  const values = await readFloats(randomFloats(DIMS, seed));
  return float32Tensor(
    DIMS,
    values.map((value) => 1 + value / 2),
  );
}

/** So many samples. */
const samplesOf = (count: number): Calibration => ({
  count,
  async *samples() {
    for (let index = 0; index < count; index++) yield new Map([['x', await image(100 + index)]]);
  },
});

/** Mean squared error of the outputs on images that no sample was. */
async function error(original: Model, candidate: Model): Promise<number> {
  let sum = 0;
  for (let seed = 1; seed <= 8; seed++) {
    const feeds = { x: await image(seed) };
    const wanted = await readFloats(present((await runModel(original, feeds)).get('y'), 'y'));
    const values = await readFloats(present((await runModel(candidate, feeds)).get('y'), 'y'));
    sum += values.reduce((total, value, index) => total + (value - (wanted[index] ?? 0)) ** 2, 0);
  }
  return sum;
}

const operators = (model: Model) => model.graph.nodes.map(({ opType }) => opType);

describe.each(['int8-per-tensor', 'int8-per-channel'])('the biases of %s', (scheme) => {
  const run = async (options: Readonly<Record<string, string>>, calibration?: Calibration) => {
    const original = net();
    const step: Step = quantize(scheme, options);
    return { original, ...(await applyStep(original, step, { calibration })) };
  };

  it('take back what rounding shifts, and the report tells it layer by layer', async () => {
    const samples = samplesOf(20);
    const off = await run({ activations: 'none', biasCorrection: 'off' }, samples);
    const on = await run({ activations: 'none' }, samples);
    expect(off.result.repairs).toBeUndefined();
    expect(on.result.repairs?.map(({ node }) => node)).toEqual(['first', 'second', 'head']);
    for (const { reason, errorBefore, errorAfter } of on.result.repairs ?? []) {
      if (reason === undefined) expect(errorAfter).toBeLessThan(present(errorBefore, 'error'));
    }
    expect(on.result.repairs?.filter(({ reason }) => reason === undefined).length).toBeGreaterThan(1);
    expect(await error(on.original, on.model)).toBeLessThan((await error(off.original, off.model)) * 0.7);
  });

  it('are corrected in the dynamic form too, which stays what it is', async () => {
    const samples = samplesOf(20);
    const off = await run({ biasCorrection: 'off' }, samples);
    const on = await run({}, samples);
    expect(operators(off.model)).toContain('DynamicQuantizeLinear');
    expect(operators(on.model)).toContain('DynamicQuantizeLinear');
    expect(on.result.repairs?.map(({ node }) => node)).toContain('head');
    expect(await error(on.original, on.model)).toBeLessThan(await error(off.original, off.model));
  });

  it('stay as they are without samples', async () => {
    const { result, model } = await run({});
    expect(result.repairs).toBeUndefined();
    expect(model.validate()).toEqual([]);
    expect(operators(model)).toEqual(operators((await run({ biasCorrection: 'off' })).model));
  });
});

describe('the correction of biases', () => {
  it('counts towards one progress with the weights', async () => {
    const events: CompressEvent[] = [];
    const options = { calibration: samplesOf(10), onEvent: (event: CompressEvent) => events.push(event) };
    await applyStep(net(), quantize('int8-per-tensor'), options);
    const reports = events.flatMap((event) => (event.type === 'step-progress' ? [event] : []));
    expect(new Set(reports.map(({ total }) => total)).size).toBe(1);
    expect(reports.some(({ label }) => label?.startsWith('weights: '))).toBe(true);
    expect(reports.some(({ label }) => label?.startsWith('biases: '))).toBe(true);
  });

  it('appears in the report of a run', () =>
    withModelFile(net(), async ({ path, folder }) => {
      const { report } = await compressFile(path, `${folder}/out.onnx`, {
        steps: [quantize('int8-per-tensor')],
        calibration: ['random'],
      });
      expect(report.steps.find(({ family }) => family === 'quant')?.repairs?.length).toBe(3);
      expect(report.verification.status).toBe('ok');
    }));
});
