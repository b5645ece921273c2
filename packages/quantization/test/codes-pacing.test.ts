import { describe, expect, it } from '@jest/globals';
import { CancelledError, nextTurn, seededRandom } from '@onnx-compress/core';
import { float32Tensor } from '@onnx-compress/graph';
import { buildModel, randomValues } from '@onnx-compress/test-kit';
import { additive } from '../src/codes/kinds/additive/additive.js';
import { binary } from '../src/codes/kinds/binary.js';
import { codebook } from '../src/codes/kinds/codebook/codebook.js';
import { log2 } from '../src/codes/kinds/log2.js';
import { ternary } from '../src/codes/kinds/ternary.js';
import type { CodedWeight, CodeSubject, WeightCode } from '../src/codes/weight-code.js';
import { coded } from './support/coded.js';
import { turnsOf } from './support/counted-turns.js';

const CODES: readonly (readonly [string, WeightCode])[] = [
  ['codebook of a tensor', codebook(8, 'tensor')],
  ['codebook shared by channels', codebook(8, 'shared')],
  ['codebook of each channel', codebook(8, 'channel')],
  ['log2', log2(4)],
  ['binary', binary],
  ['ternary', ternary],
  ['additive', additive(2)],
];

/** Numbers after which the event loop has its turn at the latest, where the clock asks for one. */
const AT_MOST = 2 ** 16;

const DIMS = [1024, 256];
const COUNT = 1024 * 256;
const values = randomValues(COUNT, 1);

async function fitted(code: WeightCode, channelAxis?: number, signal = new AbortController().signal) {
  const subject: CodeSubject = { name: 'w', dims: DIMS, channelAxis };
  const weight = await code.fit(values, subject, { signal, random: (purpose) => seededRandom(0, purpose) });
  if ('reason' in weight) throw new Error(weight.reason);
  return weight;
}

describe.each(CODES)('a large weight in the code %s', (_, code) => {
  it.each([0, 1, undefined])('leaves the event loop its turns, with channels on axis %p', async (axis) => {
    const found: CodedWeight[] = [];
    const fitting = await turnsOf(async () => found.push(await fitted(code, axis)));
    expect(fitting).toBeGreaterThanOrEqual(COUNT / AT_MOST);
    for (const weight of found) {
      const indices = await weight.indices(values, nextTurn);
      expect(await turnsOf(() => weight.indices(values, nextTurn))).toBeGreaterThanOrEqual(COUNT / AT_MOST);
      expect(await turnsOf(() => weight.restored(indices, nextTurn))).toBeGreaterThanOrEqual(COUNT / AT_MOST);
    }
  });

  it('is not fitted any further when the signal fires, in whichever turn', async () => {
    const all = await turnsOf(() => fitted(code, 1));
    for (const part of [0, 0.5, 1]) {
      const controller = new AbortController();
      const last = Math.max(1, Math.floor(part * all));
      let reached = 0;
      const cancelled = turnsOf(
        () => fitted(code, 1, controller.signal),
        (turn) => {
          reached = turn;
          if (turn === last) controller.abort();
        },
      );
      await expect(cancelled).rejects.toThrow(CancelledError);
      expect(reached).toBe(last);
    }
  });
});

describe('a model of indices', () => {
  it('leaves the event loop its turns while it is planned and while its bytes are computed', async () => {
    const original = buildModel({
      inputs: { x: ['float32', [1, 1024]] },
      outputs: ['y'],
      weights: { w: float32Tensor(DIMS, values) },
      nodes: [{ opType: 'MatMul', name: 'layer', inputs: ['x', 'w'], outputs: ['y'] }],
    });
    const passes = { finite: 1, fit: 1, indices: 1, restored: 1, error: 1 };
    const planned = await turnsOf(() => coded(original, binary));
    expect(planned).toBeGreaterThanOrEqual((Object.keys(passes).length * COUNT) / AT_MOST);
    const { model } = await coded(original, binary);
    const packed = [...model.weights()].find(({ tensor }) => tensor.byteLength === COUNT / 8);
    expect(await turnsOf(async () => packed?.tensor.bytes())).toBeGreaterThan(COUNT / AT_MOST);
  });
});
