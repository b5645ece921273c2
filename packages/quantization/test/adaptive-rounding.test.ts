import { afterAll, describe, expect, it } from '@jest/globals';
import { type Model, present, readFloats, Scratch } from '@onnx-compress/graph';
import { buildModel, randomFloats, relativeError, runModel, samplesOf } from '@onnx-compress/test-kit';
import { closeHost, runtimeContext } from '@onnx-compress/test-kit/runtime';
import { findLayers } from '../src/layers/find-layers.js';
import { groupByWeight } from '../src/placement/weight-group.js';
import { roundAdaptively } from '../src/rounding/adaptive-rounding.js';
import { int8Scales } from '../src/weights/int8-weight.js';
import { roundedTensor } from '../src/weights/rounded-weight.js';

afterAll(closeHost);

/** A convolution behind one that makes its 12 inputs depend on three numbers. */
function dependentInputs(): Model {
  return buildModel({
    inputs: { x: ['float32', [1, 3, 10, 10]] },
    outputs: ['y'],
    weights: { spread: randomFloats([12, 3, 1, 1], 1), w: randomFloats([8, 12, 3, 3], 2) },
    nodes: [
      { opType: 'Conv', name: 'spread', inputs: ['x', 'spread'], outputs: ['h'] },
      { opType: 'Conv', name: 'layer', inputs: ['h', 'w'], outputs: ['y'] },
    ],
  });
}

const isLayer = (label: string) => label === 'layer';

async function scaledGroups(model: Model) {
  const scratch = new Scratch();
  const groups = groupByWeight(findLayers(model, isLayer).layers);
  const scaled = groups.map(async (group) => {
    const int8 = present(await int8Scales(group.tensor, group.channelAxis, scratch), 'scales');
    return [group, { int8 }] as const;
  });
  return new Map(await Promise.all(scaled));
}

/** The error of the output where the weight of the layer is rounded, from the tensor given. */
async function errorWith(adaptive: boolean): Promise<number> {
  const original = dependentInputs();
  const model = original.clone();
  const scaled = await scaledGroups(model);
  const samples = Array.from({ length: 10 }, (_, seed) => randomFloats([1, 3, 10, 10], 20 + seed));
  const context = runtimeContext(samplesOf('x', samples));
  const { tensors } = adaptive ? await roundAdaptively(model, scaled, context) : { tensors: new Map() };
  for (const [group, { int8 }] of scaled) {
    group.weight.replace(roundedTensor(tensors.get(group) ?? group.tensor, int8, new Scratch()));
  }
  const x = randomFloats([1, 3, 10, 10], 99);
  const outputOf = async (one: Model) => readFloats(present((await runModel(one, { x })).get('y'), 'y'));
  return relativeError(await outputOf(model), await outputOf(original));
}

describe('adaptive rounding', () => {
  it('halves the error of a layer with dependent inputs on a sample that it has not seen', async () => {
    const [nearest, adaptive] = [await errorWith(false), await errorWith(true)];
    expect(adaptive).toBeLessThan(nearest / 2);
    expect(adaptive).toBeGreaterThan(0);
  });

  it('tells the errors before and after, on samples held out', async () => {
    const model = dependentInputs();
    const samples = Array.from({ length: 10 }, (_, seed) => randomFloats([1, 3, 10, 10], 20 + seed));
    const { repairs } = await roundAdaptively(
      model,
      await scaledGroups(model),
      runtimeContext(samplesOf('x', samples)),
    );
    expect(repairs).toHaveLength(1);
    const [repair] = repairs;
    expect(repair).toMatchObject({ node: 'layer', method: 'rounding' });
    expect(repair?.reason).toBeUndefined();
    expect(repair?.errorAfter).toBeLessThan((repair?.errorBefore ?? 0) / 2);
  });

  it('does nothing without samples', async () => {
    const model = dependentInputs();
    const { tensors, repairs } = await roundAdaptively(model, await scaledGroups(model), runtimeContext());
    expect([tensors.size, repairs]).toEqual([0, []]);
  });
});
