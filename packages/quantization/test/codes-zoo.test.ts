import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { type Model, modelBytes, present, readFloats } from '@onnx-compress/graph';
import { openModel } from '@onnx-compress/graph/node';
import { absoluteMaxPerChannel, type ChannelLayout, signalToNoiseDb } from '@onnx-compress/math';
import { describeZoo, runModel, zooFeeds } from '@onnx-compress/test-kit';
import { codebook } from '../src/codes/kinds/codebook/codebook.js';
import { log2 } from '../src/codes/kinds/log2.js';
import { findLayers } from '../src/layers/find-layers.js';
import { groupByWeight } from '../src/placement/weight-group.js';
import { layoutOf } from '../src/weights/int8-weight.js';
import { type CodedModel, coded } from './support/coded.js';

const MODELS = /squeezenet1_1_fp32|ch_PP-OCRv4_rec_infer|magika/;
const STEPS = 7;

/** What symmetric int4 gives back with a scale for each channel. */
function int4(values: Float32Array, { inner, channels }: ChannelLayout, largest: Float32Array): Float32Array {
  return values.map((value, index) => {
    const scale = Math.fround((largest[Math.floor(index / inner) % channels] ?? 0) / STEPS) || 1;
    return Math.round(value / scale) * scale;
  });
}

/** Signal-to-noise ratio of each weight as int4. */
async function int4Snrs(model: Model): Promise<ReadonlyMap<string, number>> {
  const snrs = new Map<string, number>();
  for (const { weight, tensor, channelAxis } of groupByWeight(findLayers(model, () => true).layers)) {
    const values = await readFloats(tensor);
    const layout = layoutOf(tensor.dims, channelAxis);
    snrs.set(weight.name, signalToNoiseDb(values, int4(values, layout, absoluteMaxPerChannel(values, layout))));
  }
  return snrs;
}

const sumOf = ({ changed }: CodedModel, key: string) => changed.reduce((sum, one) => sum + Number(one[key]), 0);

async function outputsDb(original: Model, { model }: CodedModel): Promise<number> {
  const feeds = zooFeeds(original);
  const reference = await runModel(await modelBytes(original), feeds);
  const outputs = await runModel(await modelBytes(model), feeds);
  const each = [...reference].map(async ([name, tensor]) =>
    signalToNoiseDb(await readFloats(tensor), await readFloats(present(outputs.get(name), name))),
  );
  return Math.min(...(await Promise.all(each)));
}

describeZoo('codes on real models', (models) => {
  let opened: Model | undefined;

  afterEach(() => opened?.close());

  it.each(models.filter((path) => MODELS.test(path)).map((path): [string, string] => [basename(path), path]))(
    '%s: a codebook of 16 takes 0.16 of the bytes and loses no more than int4 with a scale for each channel',
    async (name, path) => {
      const original = await openModel(path);
      opened = original;
      const uniform = await int4Snrs(original);
      const result = await coded(original, codebook(16, 'shared'));
      const ratio = sumOf(result, 'bytesAfter') / sumOf(result, 'bytesBefore');
      const gains = result.changed.map(({ tensor, weightSnrDb }) => {
        return Number(weightSnrDb) - present(uniform.get(String(tensor)), String(tensor));
      });
      const db = await outputsDb(original, result);
      process.stderr.write(
        `codebook:16 ${name}: ${ratio.toFixed(4)} of the bytes, ${gains.length} weights ${Math.min(...gains).toFixed(2)} to ${Math.max(...gains).toFixed(2)} dB closer than int4, outputs ${db.toFixed(1)} dB\n`,
      );
      expect(gains.length).toBeGreaterThan(0);
      expect(Math.min(...gains)).toBeGreaterThanOrEqual(0);
      expect(ratio).toBeLessThanOrEqual(0.16);
      const written = (await modelBytes(result.model)).length;
      const estimated = statSync(path).size - sumOf(result, 'bytesBefore') + sumOf(result, 'bytesAfter');
      expect(Math.abs(written / estimated - 1)).toBeLessThan(0.02);
      expect(db).toBeGreaterThan(5);
    },
  );

  it.each(models.filter((path) => MODELS.test(path)).map((path): [string, string] => [basename(path), path]))(
    '%s: powers of two load, and more bits lose less',
    async (_name, path) => {
      const original = await openModel(path);
      opened = original;
      const [three, four] = [await coded(original, log2(3)), await coded(original, log2(4))];
      const worse = three.changed.filter(({ tensor, weightSnrDb }) => {
        const same = four.changed.find((one) => one.tensor === tensor);
        return same !== undefined && Number(same.weightSnrDb) < Number(weightSnrDb);
      });
      expect(worse).toEqual([]);
      expect(Number.isFinite(await outputsDb(original, four))).toBe(true);
    },
  );
});
