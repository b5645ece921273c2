import { describe, expect, it } from '@jest/globals';
import { buildModel, type ModelSpec, randomFloats, relativeError, runModel } from '@onnx-compress/test-kit';
import { raiseOpset } from '../../src/opset/raise-opset.js';
import { present } from '../../src/present.js';
import { readFloats } from '../../src/tensor/numbers.js';

type Case = Pick<ModelSpec, 'opset' | 'nodes' | 'weights'> & { readonly dims?: readonly number[] };

const int = (value: number) => ({ int: value });
const ints = (...values: number[]) => ({ ints: values });
const io = { inputs: ['x'], outputs: ['y'] };

/** One node each whose attributes or meaning changed between its opset and 21. */
const CASES: Readonly<Record<string, Case>> = {
  'Clip attributes': {
    opset: 9,
    nodes: [{ opType: 'Clip', ...io, attributes: { min: { float: -0.5 }, max: { float: 0.5 } } }],
  },
  'Clip with one limit': { opset: 9, nodes: [{ opType: 'Clip', ...io, attributes: { min: { float: 0 } } }] },
  'Squeeze axes': { opset: 9, dims: [2, 1, 3], nodes: [{ opType: 'Squeeze', ...io, attributes: { axes: ints(1) } }] },
  'Unsqueeze axes': { opset: 11, nodes: [{ opType: 'Unsqueeze', ...io, attributes: { axes: ints(0, 3) } }] },
  'ReduceSum axes': {
    opset: 11,
    nodes: [{ opType: 'ReduceSum', ...io, attributes: { axes: ints(1), keepdims: int(0) } }],
  },
  'ReduceMean axes': { opset: 13, nodes: [{ opType: 'ReduceMean', ...io, attributes: { axes: ints(-1) } }] },
  'ReduceMax over all axes': { opset: 12, nodes: [{ opType: 'ReduceMax', ...io }] },
  'Slice attributes': {
    opset: 9,
    nodes: [{ opType: 'Slice', ...io, attributes: { starts: ints(1), ends: ints(9), axes: ints(1) } }],
  },
  'Pad attributes': {
    opset: 9,
    nodes: [{ opType: 'Pad', ...io, attributes: { pads: ints(0, 1, 0, 2), value: { float: 3 } } }],
  },
  'Softmax over the last axis': { opset: 11, nodes: [{ opType: 'Softmax', ...io, attributes: { axis: int(1) } }] },
  'Softmax over all axes from one on': { opset: 9, dims: [2, 3, 4, 1], nodes: [{ opType: 'Softmax', ...io }] },
  'LogSoftmax over all axes': {
    opset: 12,
    dims: [2, 3],
    nodes: [{ opType: 'LogSoftmax', ...io, attributes: { axis: int(0) } }],
  },
  'Upsample scales': {
    opset: 7,
    dims: [1, 2, 3, 3],
    nodes: [
      { opType: 'Upsample', ...io, attributes: { mode: { string: 'linear' }, scales: { floats: [1, 1, 2, 2] } } },
    ],
  },
  'Dropout ratio': { opset: 7, nodes: [{ opType: 'Dropout', ...io, attributes: { ratio: { float: 0.5 } } }] },
  'BatchNormalization spatial': {
    opset: 8,
    dims: [1, 3, 2],
    weights: {
      s: randomFloats([3], 2),
      b: randomFloats([3], 3),
      m: randomFloats([3], 4),
      v: { ...randomFloats([3], 5) },
    },
    nodes: [
      { opType: 'Abs', inputs: ['v'], outputs: ['variance'] },
      {
        opType: 'BatchNormalization',
        inputs: ['x', 's', 'b', 'm', 'variance'],
        outputs: ['y'],
        attributes: { spatial: int(1) },
      },
    ],
  },
  'Split sizes': {
    opset: 11,
    dims: [2, 5],
    nodes: [
      { opType: 'Split', inputs: ['x'], outputs: ['a', 'b'], attributes: { axis: int(1), split: ints(2, 3) } },
      { opType: 'Concat', inputs: ['b', 'a'], outputs: ['y'], attributes: { axis: int(1) } },
    ],
  },
  'equal Split': {
    opset: 13,
    dims: [2, 4],
    nodes: [
      { opType: 'Split', inputs: ['x'], outputs: ['a', 'b'], attributes: { axis: int(1) } },
      { opType: 'Sub', inputs: ['a', 'b'], outputs: ['y'] },
    ],
  },
};

describe('raiseOpset', () => {
  it.each(Object.entries(CASES))(
    'keeps the meaning of %s up to opset 21',
    async (_name, { dims = [2, 3], ...spec }) => {
      const model = buildModel({ ...spec, inputs: { x: ['float32', dims] }, outputs: ['y'] });
      const feeds = { x: randomFloats(dims, 7) };
      const expected = present((await runModel(model, feeds)).get('y'), 'y');
      for (const target of [13, 18, 21]) {
        const raised = model.clone();
        raiseOpset(raised, target);
        expect(raised.validate()).toEqual([]);
        expect(raised.opset()).toBe(Math.max(target, spec.opset ?? 0));
        const actual = present((await runModel(raised, feeds)).get('y'), 'y');
        expect(actual.dims).toEqual(expected.dims);
        expect(relativeError(await readFloats(expected), await readFloats(actual))).toBeLessThan(1e-6);
      }
    },
  );

  it('does nothing to a model that has the opset already', () => {
    const model = buildModel({
      opset: 18,
      inputs: { x: ['float32', [1]] },
      outputs: ['y'],
      nodes: [{ opType: 'Relu', ...io }],
    });
    raiseOpset(model, 13);
    expect(model.opset()).toBe(18);
  });

  it('refuses with node and reason where no rule exists', () => {
    const node = { opType: 'BatchNormalization', name: 'norm', inputs: ['x', 'x', 'x', 'x', 'x'], outputs: ['y'] };
    const spec = { opset: 8, inputs: { x: ['float32', [1]] }, outputs: ['y'] } as const;
    const model = buildModel({ ...spec, nodes: [{ ...node, attributes: { spatial: int(0) } }] });
    expect(() => raiseOpset(model, 13)).toThrow(
      'BatchNormalization node "norm" cannot be brought to opset 9: it normalizes per element (spatial=0)',
    );
    expect(() => raiseOpset(buildModel({ ...spec, opset: 6, nodes: [{ opType: 'Relu', ...io }] }), 13)).toThrow(
      'opset 6 cannot be raised to 13: rules cover 7 to 21',
    );
  });
});
