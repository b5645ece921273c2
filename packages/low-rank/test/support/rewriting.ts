import { expect } from '@jest/globals';
import type { Matrix, Random } from '@onnx-compress/core';
import {
  countCosts,
  elementCount,
  float32Tensor,
  floatsToTensor,
  type Model,
  modelBytes,
  present,
  readFloats,
  type Tensor,
} from '@onnx-compress/graph';
import { relativeError, runModel } from '@onnx-compress/test-kit';
import { runtimeContext } from '@onnx-compress/test-kit/runtime';
import type { Cost, Site, SiteOf } from '../../src/sites/site.js';
import { exactFactors, lowRankFactors, product, tuckerFactors, tuckerProduct } from './random-factors.js';

const noPause = async () => {};

export type Feeds = Readonly<Record<string, Tensor>>;

/** The sites of a model at the sizes that its inputs declare. */
export async function sitesIn(
  model: Model,
  siteOf: SiteOf,
  dims: ReadonlyMap<string, number> = new Map(),
): Promise<readonly Site[]> {
  const shapes = await runtimeContext().shapes.infer(model, dims, new AbortController().signal);
  return [...model.nodes()].flatMap((node) => {
    const found = siteOf(node, shapes);
    return found === undefined || 'reason' in found ? [] : [found];
  });
}

/** The only site of a model. */
export async function siteIn(model: Model, siteOf: SiteOf): Promise<Site> {
  return present((await sitesIn(model, siteOf))[0], 'site');
}

/** The matrices of a site, one after the other. */
export async function readAll(site: Site): Promise<Float32Array> {
  const matrices = [await site.read(noPause)].flat();
  return Float32Array.from(matrices.flatMap(({ values }) => Array.from(values)));
}

/**
 * Gives the layer of a site the weight for which `read` gives `values`. Where each number lies is found out by reading
 * a weight of numbers that count up.
 */
export async function replaceMatrices(site: Site, values: Float32Array): Promise<void> {
  const { weight } = site;
  const { dims, dataType } = weight.tensor;
  const count = elementCount(dims);
  weight.replace(float32Tensor(dims, new Float32Array(count).fill(1)));
  const [factor = 1] = await readAll(site);
  weight.replace(
    float32Tensor(
      dims,
      Float32Array.from({ length: count }, (_, index) => index),
    ),
  );
  const places = await readAll(site);
  const stored = new Float32Array(count);
  for (const [at, place] of places.entries()) stored[Math.round(place / factor)] = (values[at] ?? 0) / factor;
  if (!isFloat(dataType)) throw new Error(`no float weight: ${dataType}`);
  weight.replace(floatsToTensor(dataType, dims, stored));
}

function isFloat(dataType: string): dataType is 'float32' | 'float16' | 'float64' | 'bfloat16' {
  return /^b?float(16|32|64)$/.test(dataType);
}

/** Ranks that a site can have at most. */
export function fullRank(site: Site): number {
  return site.kind === 'matrix' ? Math.min(site.rows, site.columns) : Math.min(site.inputChannels, site.outputs);
}

/** Writes a site, and gives back what `read` would have to give for a dense layer that computes the same. */
export async function rewrite(site: Site, rank: number | 'full', random: Random): Promise<Float32Array> {
  if (site.kind === 'tucker') {
    const { inputChannels, outputs } = site;
    const ranks = rank === 'full' ? { input: inputChannels, output: outputs } : { input: rank, output: rank };
    const factors = tuckerFactors(await site.read(noPause), inputChannels, ranks, random);
    await site.write(factors, noPause);
    return tuckerProduct(factors).values;
  }
  const matrices = await site.read(noPause);
  const factor = (matrix: Matrix) =>
    rank === 'full' ? exactFactors(matrix, random) : lowRankFactors(matrix, rank, random);
  const factors = matrices.map(factor);
  await site.write(factors, noPause);
  return Float32Array.from(factors.flatMap(({ left, right }) => Array.from(product(left, right).values)));
}

/** What a site says that it costs at a rank. */
export function costOf(site: Site, rank: number): Cost {
  return site.kind === 'tucker' ? site.costAt(rank, rank) : site.costAt(rank);
}

/** What is counted in a model whose only weights are those of one layer. */
async function countedCost(model: Model): Promise<Cost> {
  const shapes = await runtimeContext().shapes.infer(model, new Map(), new AbortController().signal);
  const { weights, macs, unknownMacs } = countCosts(model, shapes);
  expect(unknownMacs).toEqual([]);
  return { parameters: weights, macs };
}

/** Expects two models to compute the same from the same inputs, up to a part of the largest output. */
export async function expectSameOutputs(reference: Model, candidate: Model, feeds: Feeds, error: number) {
  expect(candidate.validate()).toEqual([]);
  const expected = await runModel(await modelBytes(reference), feeds);
  const actual = await runModel(await modelBytes(candidate), feeds);
  for (const [name, tensor] of expected) {
    const values = await readFloats(present(actual.get(name), name));
    expect(relativeError(await readFloats(tensor), values)).toBeLessThanOrEqual(error);
  }
}

/** Relative errors of outputs that are rounding alone. */
const ROUNDING = { float32: 1e-4, float16: 1e-2 } as const;

/**
 * Rewrites the only layer of a model at full rank, where it must compute the same, and at a lower one, where it must
 * compute the same as the layer with the product of the factors as its weight; compares the costs with those counted.
 */
export async function expectExactRewriting(
  model: Model,
  siteOf: SiteOf,
  feeds: Feeds,
  random: Random,
  type: keyof typeof ROUNDING = 'float32',
): Promise<void> {
  const site = await siteIn(model, siteOf);
  expect(site.dense).toEqual(await countedCost(model));
  const whole = model.clone();
  await rewrite(await siteIn(whole, siteOf), 'full', random);
  await expectSameOutputs(model, whole, feeds, ROUNDING[type]);
  const rank = 1 + random.integer(fullRank(site));
  const [low, reference] = [model.clone(), model.clone()];
  const values = await rewrite(await siteIn(low, siteOf), rank, random);
  await replaceMatrices(await siteIn(reference, siteOf), values);
  await expectSameOutputs(reference, low, feeds, ROUNDING[type]);
  expect(costOf(site, rank)).toEqual(await countedCost(low));
}
