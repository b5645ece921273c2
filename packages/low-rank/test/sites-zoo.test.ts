import { basename } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { seededRandom } from '@onnx-compress/core';
import { countCosts, type Model } from '@onnx-compress/graph';
import { openModel } from '@onnx-compress/graph/node';
import { describeZoo, zooFeeds } from '@onnx-compress/test-kit';
import { closeHost, runtimeContext } from '@onnx-compress/test-kit/runtime';
import { firstOf } from '../src/methods/kinds.js';
import { convolution } from '../src/sites/convolution.js';
import { embedding } from '../src/sites/embedding.js';
import { matrixProduct } from '../src/sites/matrix-product.js';
import type { Site, SiteOf } from '../src/sites/site.js';
import { spatial } from '../src/sites/spatial.js';
import { tucker } from '../src/sites/tucker.js';
import {
  costOf,
  expectSameOutputs,
  type Feeds,
  fullRank,
  replaceMatrices,
  rewrite,
  sitesIn,
} from './support/rewriting.js';

afterAll(closeHost);

const everyLayer = firstOf(matrixProduct, convolution, embedding);

/** Ways to factor layers, and the models that have such layers. */
const CASES: readonly (readonly [kind: string, siteOf: SiteOf, models: RegExp])[] = [
  [
    'matrices',
    everyLayer,
    /PP-OCRv4_rec|squeezenet1_1|fashion_cnn\.|magika|RFB-320|bilstm_embedding|transformer_encoder/,
  ],
  ['planes', spatial, /PP-OCRv4_rec|squeezenet1_1|fashion_cnn\.|magika|RFB-320/],
  ['Tucker cores', tucker, /PP-OCRv4_rec|squeezenet1_1|fashion_cnn\.|magika|RFB-320/],
];

const RANK = 6;

/** Rounding through all layers of a model. */
const ROUNDING = 1e-3;

const dimsOf = (feeds: Feeds, model: Model): ReadonlyMap<string, number> =>
  new Map(
    model.graph.inputs.flatMap(({ name, declared }) =>
      (declared?.dims ?? []).flatMap((dim, axis) => {
        const size = feeds[name]?.dims[axis];
        if (typeof dim === 'number' || size === undefined) return [];
        return [[dim ?? `${name}[${axis}]`, size] as const];
      }),
    ),
  );

async function macsOf(model: Model, dims: ReadonlyMap<string, number>): Promise<number> {
  const shapes = await runtimeContext().shapes.infer(model, dims, new AbortController().signal);
  return countCosts(model, shapes).macs;
}

/** What all sites together save at their ranks. */
const saved = (sites: readonly Site[]) =>
  sites.reduce((sum, site) => sum + site.dense.macs - costOf(site, Math.min(RANK, fullRank(site))).macs, 0);

async function expectRewritten(original: Model, siteOf: SiteOf): Promise<void> {
  const feeds = zooFeeds(original);
  const dims = dimsOf(feeds, original);
  const [low, reference] = [original.clone(), original.clone()];
  const [sites, counterparts] = [await sitesIn(low, siteOf, dims), await sitesIn(reference, siteOf, dims)];
  expect(sites.length).toBeGreaterThan(0);
  const expected = (await macsOf(original, dims)) - saved(sites);
  for (const [index, site] of sites.entries()) {
    const values = await rewrite(site, Math.min(RANK, fullRank(site)), seededRandom(index, 'factors'));
    for (const counterpart of counterparts.slice(index, index + 1)) await replaceMatrices(counterpart, values);
  }
  expect(await macsOf(low, dims)).toBe(expected);
  await expectSameOutputs(reference, low, feeds, ROUNDING);
}

describeZoo('a real model of which every layer is factored', (paths) => {
  const chosen = CASES.flatMap(([kind, siteOf, models]) =>
    paths.filter((path) => models.test(path)).map((path) => [basename(path), kind, path, siteOf] as const),
  );

  it.each(chosen)(
    '%s computes the same as with dense weights of low rank, as %s',
    async (_file, _name, path, siteOf) => {
      const original = await openModel(path);
      try {
        await expectRewritten(original, siteOf);
      } finally {
        await original.close();
      }
    },
    60_000,
  );
});
