import { afterAll, describe, expect, it } from '@jest/globals';
import type { Feeds } from '@onnx-compress/core';
import { type Model, type Node, type NodeSpec, present, readFloats } from '@onnx-compress/graph';
import { buildModel, calibrationOf, randomFloats, relativeError } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { addToBias } from '../src/layers/add-to-bias.js';
import { nodesBehind } from '../src/sequence/partial-model.js';
import { Resumption, type ResumptionCosts } from '../src/sequence/resumption.js';
import { samplingOf } from './rows-sampling.js';

afterAll(closeHost);

/** It always pays to store something. */
const CHEAP: ResumptionCosts = { elementsOf: () => 1, macsOf: () => 1e6 };

const WEIGHTS = { a: randomFloats([4, 4], 1), b: randomFloats([4, 4], 2), c: randomFloats([4, 4], 3) };

/** Three products, the input and the first result added to the second, and an output that is computed early. */
const NODES: readonly NodeSpec[] = [
  { opType: 'MatMul', name: 'first', inputs: ['x', 'a'], outputs: ['h'] },
  { opType: 'Relu', name: 'early', inputs: ['h'], outputs: ['seen'] },
  { opType: 'MatMul', name: 'second', inputs: ['seen', 'b'], outputs: ['k'] },
  { opType: 'Sum', name: 'sum', inputs: ['k', 'h', 'x'], outputs: ['s'] },
  { opType: 'MatMul', name: 'third', inputs: ['s', 'c'], outputs: ['y'] },
];

const net = () =>
  buildModel({
    inputs: { x: ['float32', ['rows', 4]] },
    outputs: ['seen', 'y'],
    nodes: NODES,
    weights: WEIGHTS,
  });

/** Samples with two and with three rows. */
const samples: readonly Feeds[] = [2, 3, 2].map((rows, seed) => new Map([['x', randomFloats([rows, 4], 50 + seed)]]));

const labelled = ({ graph }: Model, label: string): Node =>
  present(
    graph.nodes.find((node) => node.label === label),
    label,
  );

/** The last output of a model for each sample. */
async function outputsOf(model: Model, feeds: Parameters<typeof samplingOf>[0]): Promise<readonly Float32Array[]> {
  const { runs, calibration, signal } = samplingOf(feeds);
  const seen: Float32Array[] = [];
  const take = async (outputs: ReadonlyMap<string, Parameters<typeof readFloats>[0]>) => {
    seen.push((await readFloats(present(outputs.get('y'), 'y'))).slice());
  };
  await runs.run(model, calibration.samples(), take, signal);
  return seen;
}

async function feedsOf(resumption: Resumption): Promise<readonly Feeds[]> {
  const feeds: Feeds[] = [];
  for await (const sample of resumption.calibration.samples()) feeds.push(sample);
  return feeds;
}

async function expectSameOutputs(model: Model, resumption: Resumption): Promise<void> {
  const expected = await outputsOf(model, samples);
  const rest = await outputsOf(resumption.rest(), await feedsOf(resumption));
  for (const [index, own] of rest.entries()) {
    expect(relativeError(own, present(expected[index], 'sample'))).toBeLessThan(1e-6);
  }
}

describe('resumption', () => {
  it('starts at the inputs where nothing is stored', async () => {
    const model = net();
    const resumption = new Resumption(model, samplingOf(samples), CHEAP);
    expect(resumption.rest().graph.nodes).toHaveLength(NODES.length);
    await expectSameOutputs(model, resumption);
  });

  it('goes on from what was computed, for samples of several sizes', async () => {
    const model = net();
    const resumption = new Resumption(model, samplingOf(samples), CHEAP);
    await resumption.advance(nodesBehind(model, [labelled(model, 'second')]));
    const { graph } = resumption.rest();
    expect(graph.nodes.map(({ label }) => label)).toEqual(['second', 'sum', 'third']);
    expect(graph.inputs.map(({ name }) => name).sort()).toEqual(['h', 'seen', 'x']);
    await expectSameOutputs(model, resumption);
  });

  it('goes on again from there', async () => {
    const model = net();
    const resumption = new Resumption(model, samplingOf(samples), CHEAP);
    await resumption.advance(nodesBehind(model, [labelled(model, 'second')]));
    await resumption.advance(nodesBehind(model, [labelled(model, 'third')]));
    expect(resumption.rest().graph.inputs.map(({ name }) => name)).toEqual(['s']);
    await expectSameOutputs(model, resumption);
  });

  it('follows changes behind the start, new nodes among them', async () => {
    const model = net();
    const resumption = new Resumption(model, samplingOf(samples), CHEAP);
    await resumption.advance(nodesBehind(model, [labelled(model, 'second')]));
    await addToBias(labelled(model, 'second'), 'float32', Float64Array.of(1, 2, 3, 4));
    await expectSameOutputs(model, resumption);
    await resumption.advance(nodesBehind(model, [labelled(model, 'third')]));
    await expectSameOutputs(model, resumption);
  });

  it.each([
    ['sizes are not known', { ...CHEAP, elementsOf: () => Number.POSITIVE_INFINITY }],
    ['it takes too much memory', { ...CHEAP, elementsOf: () => 1e9 }],
    ['it is computed sooner than stored', { ...CHEAP, macsOf: () => 1 }],
  ])('stores nothing where %s', async (_, costs) => {
    const model = net();
    const resumption = new Resumption(model, samplingOf(samples), costs);
    await resumption.advance(nodesBehind(model, [labelled(model, 'third')]));
    expect(resumption.rest().graph.inputs.map(({ name }) => name)).toEqual(['x']);
    expect(resumption.calibration.count).toBe(calibrationOf(samples).count);
  });
});
