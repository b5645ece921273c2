import { afterAll, describe, expect, it } from '@jest/globals';
import type { Change } from '@onnx-compress/core';
import { elementCount, present } from '@onnx-compress/graph';
import { closeHost, runtimeContext } from '@onnx-compress/test-kit/runtime';
import { quantizationTechniques } from '../src/index.js';
import { type Format, formatsOf } from '../src/mixed/format.js';
import { groupsOf } from '../src/mixed/groups-of.js';
import type { LayerGroup } from '../src/mixed/layer-choices.js';
import { gramNoise } from '../src/mixed/sensitivity/gram-noise.js';
import { tryFormats } from '../src/mixed/try-formats.js';
import { chain, formatsIn, LAYERS, mixed, SIZE, samples } from './support/mixed-chain.js';

afterAll(closeHost);

const STATIC = '{int8,activations=static}';
const MACS = LAYERS.length * elementCount([SIZE, SIZE]);

async function groupsIn(names: readonly string[], choosesIntegers = true): Promise<readonly LayerGroup[]> {
  const formats = formatsOf(names, 'bops', quantizationTechniques);
  const settings = { nodes: { include: [], skip: [] }, choosesIntegers };
  return groupsOf(await tryFormats(chain(), formats, settings, runtimeContext(samples())));
}

/** The one offer of a group that is not float32. */
const offerIn = ({ offers }: LayerGroup) => present([...offers.values()][0], 'offer');

const noisesOf = async (groups: readonly LayerGroup[]) => {
  const context = runtimeContext(samples());
  const found = await gramNoise(chain(), groups, samples(), context);
  return found.map(({ choices }) => present(choices[0], 'choice').noise);
};

describe('trials of formats', () => {
  it('know that layers will have integers of 8 bits between them', async () => {
    const { metrics, changed } = await mixed(chain(), { formats: [STATIC, 'float32'], maxBops: 8 * 12 * MACS });
    expect(metrics.bops).toBeGreaterThanOrEqual(8 * 8 * MACS);
    expect(metrics.bops).toBeLessThan(8 * 12 * MACS);
    expect(changed.map(({ form }) => form)).toEqual(LAYERS.map(() => 'static'));
  });

  it('count again what was written: beside layers in floats, others read floats', async () => {
    const { metrics, changed } = await mixed(chain(), { formats: [STATIC, 'float32'], keepBops: 0.5 });
    const isStatic = new Set(changed.filter(({ form }) => form === 'static').map(({ node }) => node));
    const perLayer = elementCount([SIZE, SIZE]);
    const others = LAYERS.filter((name) => !changed.some(({ node }) => node === name));
    const least =
      perLayer * (8 * 8 * isStatic.size + 8 * 32 * (changed.length - isStatic.size) + 32 * 32 * others.length);
    expect(metrics.bops).toBeGreaterThanOrEqual(least);
    expect(metrics.bops).toBeLessThanOrEqual(0.5 * 32 * 32 * MACS);
  });

  it('choose integers as they will be chosen', async () => {
    const groups = await groupsIn(['int4', 'float32']);
    expect(groups).toHaveLength(LAYERS.length);
    for (const group of groups) {
      const { repairs } = offerIn(group);
      expect(repairs.filter(({ method }) => method === 'rounding')).toHaveLength(1);
    }
    const nearest = await groupsIn(['int4', 'float32'], false);
    expect(nearest.flatMap((group) => offerIn(group).repairs).filter(({ method }) => method === 'rounding')).toEqual(
      [],
    );
  });
});

describe('noise by Gram matrices', () => {
  it('is what a search for integers left on samples held out', async () => {
    const groups = await groupsIn(['int4', 'float32']);
    const noises = await noisesOf(groups);
    for (const [index, group] of groups.entries()) {
      const { reason, errorBefore, errorAfter } = present(
        offerIn(group).repairs.find(({ method }) => method === 'rounding'),
        'repair',
      );
      expect(noises[index]).toBe(reason === undefined ? errorAfter : errorBefore);
    }
  });

  it('counts inputs that become integers, the more the wider their steps are', async () => {
    const groups = await groupsIn([STATIC, 'float32']);
    const scaled = (factor: number) =>
      groups.map(({ labels, offers }) => {
        const wider = [...offers].map(([format, offer]): [Format, typeof offer] => {
          const changes = offer.changes.map((one): Change => ({ ...one, inputScale: factor * Number(one.inputScale) }));
          return [format, { ...offer, changes }];
        });
        return { labels, offers: new Map(wider) };
      });
    const [none, own, wide] = [await noisesOf(scaled(0)), await noisesOf(groups), await noisesOf(scaled(2))];
    for (const [index, weights] of none.entries()) {
      const inputs = present(own[index], 'noise') - weights;
      expect(inputs).toBeGreaterThan(0);
      expect(present(wide[index], 'noise') - weights).toBeCloseTo(4 * inputs, 12);
    }
  });
});

describe('formats that are one technique with several values', () => {
  it('are written side by side, each layer in its own', async () => {
    const formats = ['int4-block:16', 'int4', 'int4:128', 'int8-weight-only'];
    const used = new Set<unknown>();
    for (const maxBytes of [14_000, 15_000, 16_500, 19_000]) {
      const result = await mixed(chain(), { formats, maxBytes }, runtimeContext());
      expect(result.bytes).toBeLessThanOrEqual(maxBytes);
      for (const format of Object.values(formatsIn(result))) used.add(format);
    }
    expect(used.size).toBeGreaterThan(2);
  });
});
