import { afterAll, describe, expect, it } from '@jest/globals';
import { elementCount, encodedLength } from '@onnx-compress/graph';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import { closeHost, runtimeContext } from '@onnx-compress/test-kit/runtime';
import { chain, formatsIn, LAYERS, mixed, SIZE } from './support/mixed-chain.js';

afterAll(closeHost);

describe('mixed precision within a limit of bytes', () => {
  it('never exceeds the limit, and has less noise the more bytes it gets', async () => {
    const original = chain();
    const ratios: number[] = [];
    for (const maxBytes of [19_000, 25_000, 36_000, 50_000, 70_000]) {
      const { bytes, metrics } = await mixed(original, { maxBytes });
      expect(bytes).toBeLessThanOrEqual(maxBytes);
      expect(metrics).toMatchObject({ bytes, isProven: true, sensitivity: 'gram', limit: { most: maxBytes } });
      ratios.push(Number(metrics.snrDb));
    }
    expect(ratios).toEqual([...ratios].sort((a, b) => a - b));
    expect(ratios.at(-1)).toBe(200);
  });

  it('gives the bytes to the layer that needs them', async () => {
    const result = await mixed(chain(), { maxBytes: 24_000 });
    expect(formatsIn(result)).toEqual({
      first: 'int8-weight-only',
      second: 'fp16',
      third: 'int8-weight-only',
      fourth: 'int8-weight-only',
    });
  });

  it('lists layers that stay in float32, and what each layer brings of the noise', async () => {
    const { changed, skipped, metrics } = await mixed(chain(), { maxBytes: 45_000 });
    expect(skipped.map(({ reason }) => reason)).toContainEqual(expect.stringContaining('float32 was chosen'));
    expect(changed.length + skipped.length).toBe(LAYERS.length);
    expect(changed.reduce((sum, { noiseShare }) => sum + Number(noiseShare), 0)).toBeCloseTo(1, 6);
    expect(Object.values(Object(metrics.formats)).reduce((a, b) => Number(a) + Number(b), 0)).toBe(LAYERS.length);
  });

  it('says the least bytes where the limit cannot be reached, and leaves the model as it is', async () => {
    const original = chain();
    const least = await mixed(original, { maxBytes: 19_000 });
    const before = await encodedLength(original);
    const refused = mixed(original, { maxBytes: 9000 });
    await expect(refused).rejects.toThrow(`max-bytes=9000 is below ${least.bytes} bytes`);
    expect(await encodedLength(original)).toBe(before);
  });

  it('reports the front of best assignments, and a picture of it', async () => {
    const { metrics, figures } = await mixed(chain(), { maxBytes: 30_000 });
    const front = [metrics.front].flat().map((point) => Object(point));
    expect(front.length).toBeGreaterThan(8);
    const bytes = front.map((point) => Number(point.bytes));
    const ratios = front.map((point) => Number(point.snrDb));
    expect(bytes).toEqual([...bytes].sort((a, b) => a - b));
    expect(ratios).toEqual([...ratios].sort((a, b) => a - b));
    expect(figures?.map(({ kind }) => kind)).toEqual(['lines', 'table']);
  });

  it('lets layers with a shared weight move together', async () => {
    const original = buildModel({
      inputs: { x: ['float32', [1, SIZE]] },
      outputs: ['y'],
      weights: { shared: randomFloats([SIZE, SIZE], 1), own: randomFloats([SIZE, SIZE], 2) },
      nodes: [
        { opType: 'MatMul', name: 'a', inputs: ['x', 'shared'], outputs: ['h'] },
        { opType: 'MatMul', name: 'b', inputs: ['h', 'own'], outputs: ['g'] },
        { opType: 'MatMul', name: 'c', inputs: ['g', 'shared'], outputs: ['y'] },
      ],
    });
    const formats = formatsIn(await mixed(original, { formats: ['int8-weight-only', 'fp16'], maxBytes: 14_000 }));
    expect(formats.a).toBe(formats.c);
    expect(formats.b).not.toBe(formats.a);
  });
});

describe('sensitivity', () => {
  it.each(['gram', 'weights', 'output'] as const)('by %s finds the uneven layer', async (sensitivity) => {
    const result = await mixed(chain(), { maxBytes: 24_000, sensitivity });
    expect(result.bytes).toBeLessThanOrEqual(24_000);
    expect(result.metrics.sensitivity).toBe(sensitivity);
    expect(Object.values(formatsIn(result)).filter((format) => format === 'fp16')).toHaveLength(1);
  });

  it('is that of the weights where there are no samples', async () => {
    const { bytes, metrics } = await mixed(chain(), { maxBytes: 24_000 }, runtimeContext());
    expect(bytes).toBeLessThanOrEqual(24_000);
    expect(metrics.sensitivity).toBe('weights');
    expect(metrics).not.toHaveProperty('snrDb');
  });

  it.each([{ sensitivity: 'gram' as const, maxBytes: 24_000 }, { minSnr: 30 }])(
    'on samples needs some: %j',
    async (options) => {
      await expect(mixed(chain(), options, runtimeContext())).rejects.toThrow('needs sample inputs');
    },
  );
});

describe('other limits of mixed precision', () => {
  it('min-snr takes no more bytes than needed', async () => {
    const [low, high] = [await mixed(chain(), { minSnr: 35 }), await mixed(chain(), { minSnr: 60 })];
    expect(Number(low.metrics.snrDb)).toBeGreaterThanOrEqual(35);
    expect(Number(high.metrics.snrDb)).toBeGreaterThanOrEqual(60);
    expect(low.bytes).toBeLessThan(high.bytes);
  });

  it('min-snr above what the formats give is refused with what they give', async () => {
    const formats = ['int8-weight-only', 'fp16'];
    await expect(mixed(chain(), { formats, minSnr: 150 })).rejects.toThrow(/min-snr=150 is above \d+\.\d dB/);
  });

  it('bit operations count multiply-accumulates by the bits of both factors', async () => {
    const all = LAYERS.length * elementCount([SIZE, SIZE]) * 32 * 32;
    const { metrics, changed } = await mixed(chain(), { keepBops: 0.5 });
    expect(metrics.bopsBefore).toBe(all);
    expect(Number(metrics.bops)).toBeLessThanOrEqual(0.5 * all);
    expect(changed.length).toBeGreaterThan(1);
    await expect(mixed(chain(), { maxBops: 1000 })).rejects.toThrow('bit operations are fewer than');
  });
});
