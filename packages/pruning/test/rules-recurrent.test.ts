import { afterAll, describe, expect, it } from '@jest/globals';
import { float32Tensor, type Model, present, readFloats } from '@onnx-compress/graph';
import { randomFloats, relativeError, runModel } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { Net } from './net.js';
import { oracleError } from './oracle.js';
import { exactly, pruned, randomFeeds } from './pruning-context.js';

afterAll(closeHost);

const SEQUENCE = 6;
const GATES: Readonly<Record<string, number>> = { LSTM: 4, GRU: 3, RNN: 1 };

/** How a recurrent layer of a test is built. */
interface Layer {
  readonly units: number;
  readonly opType?: string;
  readonly directions?: number;
  readonly batchFirst?: boolean;
  readonly bias?: boolean;
  readonly peepholes?: boolean;
  readonly resetAfter?: boolean;
  /** Values of initial_h and initial_c. */
  readonly states?: readonly string[];
}

const int = (value: number) => ({ int: value });
const ints = (...values: number[]) => ({ ints: values });

/** A convolution over `x` as a sequence [6, 2, channels], or batch first. */
function sequence(net: Net, channels: number, batchFirst = false): string {
  const attributes = { axes: ints(3), keepdims: int(0) };
  const columns = net.op('ReduceMean', [net.conv('x', channels)], channels, attributes);
  return net.op('Transpose', [columns], channels, { perm: batchFirst ? ints(0, 2, 1) : ints(2, 0, 1) });
}

/** The outputs Y, Y_h and, of an LSTM, Y_c. */
function recurrent(net: Net, value: string, layer: Layer): readonly string[] {
  const { units, opType = 'LSTM', directions = 1, batchFirst = false, bias = true, states = [] } = layer;
  const rows = (GATES[opType] ?? 1) * units;
  const inputs = [
    value,
    net.weight([directions, rows, net.channels(value)]),
    net.weight([directions, rows, units]),
    bias ? net.weight([directions, 2 * rows]) : '',
    '',
    states[0] ?? '',
    ...(opType === 'LSTM' ? [states[1] ?? '', layer.peepholes ? net.weight([directions, 3 * units]) : ''] : []),
  ];
  return net.ops(opType, inputs, Array<number>(opType === 'LSTM' ? 3 : 2).fill(units), {
    hidden_size: int(units),
    ...(directions === 2 ? { direction: { string: 'bidirectional' } } : {}),
    ...(batchFirst ? { layout: int(1) } : {}),
    ...(layer.resetAfter ? { linear_before_reset: int(1) } : {}),
  });
}

/** All units of both directions side by side, as exporters write it. */
function bothDirections(net: Net, value: string): string {
  const units = net.channels(value);
  const swapped = net.op('Transpose', [value], units, { perm: ints(0, 2, 1, 3) });
  return net.op('Reshape', [swapped, net.integers([0, 0, -1])], 2 * units);
}

function linear(net: Net, value: string, columns = 4): string {
  return net.op('MatMul', [value, net.weight([net.channels(value), columns])], columns);
}

/** Y of one direction, without the axis of directions, through a linear layer. */
function head(net: Net, value: string): string {
  return linear(net, net.op('Squeeze', [value, net.integers([1])], net.channels(value)));
}

/** Prunes half of every layer and compares with the masked original at both optimization levels. */
async function check(original: Model): Promise<Model> {
  const { model, result } = await pruned(original, exactly(0.5));
  expect(model.validate()).toEqual([]);
  expect(await oracleError(original, original, result.changed, randomFeeds(original))).toBeGreaterThan(1e-3);
  for (const level of ['disabled', 'all'] as const) {
    expect(await oracleError(original, model, result.changed, randomFeeds(original), level)).toBeLessThanOrEqual(1e-4);
  }
  return model;
}

/** hidden_size of the recurrent layers, as the attribute and the columns of R have it. */
function hiddenSizes(model: Model): readonly (readonly (number | undefined)[])[] {
  const layers = [...model.nodes()].filter((node) => node.opType in GATES);
  return layers.map((node) => [node.int('hidden_size'), node.input(2)?.weight?.tensor.dims[2]]);
}

const LAYERS: Readonly<Record<string, (net: Net) => string>> = {
  LSTM: (net) => head(net, recurrent(net, sequence(net, 6), { units: 8 })[0] ?? ''),
  'LSTM without bias': (net) => head(net, recurrent(net, sequence(net, 6), { units: 8, bias: false })[0] ?? ''),
  'LSTM with peepholes': (net) => head(net, recurrent(net, sequence(net, 6), { units: 8, peepholes: true })[0] ?? ''),
  GRU: (net) => head(net, recurrent(net, sequence(net, 6), { units: 8, opType: 'GRU' })[0] ?? ''),
  'GRU that resets after its product': (net) =>
    head(net, recurrent(net, sequence(net, 6), { units: 8, opType: 'GRU', resetAfter: true })[0] ?? ''),
  RNN: (net) => head(net, recurrent(net, sequence(net, 6), { units: 8, opType: 'RNN' })[0] ?? ''),
  'last states': (net) => {
    const [, last = '', cell = ''] = recurrent(net, sequence(net, 6), { units: 8 });
    return linear(net, net.op('Mul', [last, cell], 8));
  },
  'stacked bidirectional layers': (net) => {
    const first = recurrent(net, sequence(net, 6), { units: 8, directions: 2 })[0] ?? '';
    const second = recurrent(net, bothDirections(net, first), { units: 10, directions: 2 })[0] ?? '';
    return linear(net, bothDirections(net, second));
  },
  'initial states from constants': (net) => {
    const states = [net.weight([1, 2, 8]), net.weight([1, 2, 8])];
    return head(net, recurrent(net, sequence(net, 6), { units: 8, states })[0] ?? '');
  },
  'initial states by Expand of a vector': (net) => {
    const state = net.op('Expand', [net.weight([1, 1, 8]), net.integers([1, 2, 8])], 8);
    return head(net, recurrent(net, sequence(net, 6), { units: 8, states: [state, state] })[0] ?? '');
  },
  'initial states by Expand of one number': (net) => {
    const state = net.op('Expand', [net.constant(float32Tensor([1, 1, 1], [0.3])), net.integers([1, 2, 8])], 8);
    return head(net, recurrent(net, sequence(net, 6), { units: 8, states: [state, state] })[0] ?? '');
  },
  'initial states filled with a number': (net) => {
    const fill = { value: { tensor: float32Tensor([1], [0.4]) } };
    const state = net.op('ConstantOfShape', [net.integers([1, 2, 8])], 8, fill);
    return head(net, recurrent(net, sequence(net, 6), { units: 8, states: [state, state] })[0] ?? '');
  },
  'two layers that share a zero state': (net) => {
    const state = net.op('ConstantOfShape', [net.integers([1, 2, 8])], 8);
    const first = recurrent(net, sequence(net, 6), { units: 8, states: [state, state] })[0] ?? '';
    const hidden = net.op('Squeeze', [first, net.integers([1])], 8);
    return head(net, recurrent(net, hidden, { units: 8, states: [state, state] })[0] ?? '');
  },
};

describe('units of a recurrent layer go, and the rest computes the same', () => {
  it.each(Object.entries(LAYERS))('%s', async (_, build) => {
    const net = new Net();
    const sizes = hiddenSizes(await check(net.build(build(net))));
    expect(sizes.map(([attribute]) => attribute)).toEqual(sizes.map(([, columns]) => columns));
    expect(sizes.every(([size = 8]) => size < 6)).toBe(true);
  });

  it.each(['LSTM', 'GRU'])('%s with an initial state of a size that the graph computes', async (opType) => {
    const net = new Net(3, 17, 'batch');
    const shape = net.op('Shape', [sequence(net, 6)], 3);
    const batch = net.op('Gather', [shape, net.integers([1])], 1);
    const sizes = net.op('Concat', [net.integers([2]), batch, net.integers([8])], 3, { axis: int(0) });
    const fill = { value: { tensor: float32Tensor([1], [0.2]) } };
    const both = net.op('ConstantOfShape', [sizes], 8, fill);
    const bounds = [0, 1, 0].map((bound) => net.integers([bound]));
    const state = net.op('Slice', [both, ...bounds], 8);
    const [value = ''] = recurrent(net, sequence(net, 6), { units: 8, opType, states: [state, state] });
    expect(hiddenSizes(await check(net.build(head(net, value))))).toEqual([[4, 4]]);
  });

  it('batch first, which onnxruntime does not run', async () => {
    const net = new Net();
    const states = [net.weight([2, 1, 8]), net.weight([2, 1, 8])];
    const layer = { units: 8, batchFirst: true, peepholes: true, states };
    const [value = ''] = recurrent(net, sequence(net, 6, true), layer);
    const flat = net.op('Squeeze', [value, net.integers([2])], 8);
    const { model } = await pruned(net.build(linear(net, flat)), exactly(0.5));
    const node = present(
      [...model.nodes()].find(({ opType }) => opType === 'LSTM'),
      'LSTM',
    );
    expect(node.inputs.map((_, index) => node.input(index)?.weight?.tensor.dims)).toEqual([
      undefined,
      [1, 16, 3],
      [1, 16, 4],
      [1, 32],
      undefined,
      [2, 1, 4],
      [2, 1, 4],
      [1, 12],
    ]);
    expect(node.int('hidden_size')).toBe(4);
  });

  it('leaves a zero initial state out, with all that computed it', async () => {
    const net = new Net(3, 17, 'batch');
    const batch = net.op('Gather', [net.op('Shape', ['x'], 4), net.integers([0])], 1);
    const sizes = net.op('Concat', [net.integers([1]), batch, net.integers([8])], 3, { axis: int(0) });
    const state = net.op('ConstantOfShape', [sizes], 8);
    const [value = ''] = recurrent(net, sequence(net, 6), { units: 8, states: [state, state] });
    const model = await check(net.build(head(net, value)));
    const types = model.graph.nodes.map(({ opType }) => opType);
    expect(types).not.toContain('ConstantOfShape');
    expect(types).not.toContain('Shape');
  });
});

describe('against the definition', () => {
  it('a pruned LSTM is the LSTM built from the rows and columns that stay', async () => {
    const net = new Net();
    const [value = ''] = recurrent(net, sequence(net, 6), { units: 6 });
    const original = net.build(head(net, value));
    const { model } = await pruned(original, exactly(0.5));
    const [node] = [...model.nodes()].filter(({ opType }) => opType === 'LSTM');
    const lstm = present(node, 'LSTM');
    const weights = [1, 2, 3].map((input) => present(lstm.input(input)?.weight, `weight ${input}`).tensor);
    expect(weights.map(({ dims }) => dims)).toEqual([
      [1, 12, 3],
      [1, 12, 3],
      [1, 24],
    ]);
    const x = randomFloats([SEQUENCE, 2, 3], 5);
    const fresh = new Net();
    const names = weights.map((tensor) => fresh.constant(tensor));
    const [output = ''] = fresh.ops('LSTM', [fresh.constant(x), ...names], [3], { hidden_size: int(3) });
    const built = fresh.build(output);
    const expected = present((await runModel(built, randomFeeds(built))).get(output), output);
    const [w, r, b] = await Promise.all(weights.map((tensor) => readFloats(tensor)));
    const hidden = lstmByHand(await readFloats(x), present(w, 'W'), present(r, 'R'), present(b, 'B'), 3);
    expect(relativeError(hidden, await readFloats(expected))).toBeLessThan(1e-5);
  });
});

describe('units stay, with the reason, where', () => {
  const reasonOf = async (model: Model, opType: string) => {
    const { result } = await pruned(model, exactly(0.5));
    const labels = [...model.nodes()].filter((node) => node.opType === opType).map(({ label }) => label);
    return result.skipped.find(({ node }) => labels.includes(node))?.reason;
  };

  it('the states leave the graph', async () => {
    const net = new Net();
    const [value = '', state = ''] = recurrent(net, sequence(net, 6), { units: 8 });
    expect(await reasonOf(net.build(head(net, value), state), 'LSTM')).toMatch(/graph output "LSTM_\d+_1"/);
  });

  it('the initial state enters the graph', async () => {
    const net = new Net(8);
    const pooled = net.op('ReduceMean', ['x'], 8, { axes: ints(2, 3), keepdims: int(0) });
    const state = net.op('Unsqueeze', [pooled, net.integers([0])], 8);
    const [value = ''] = recurrent(net, sequence(net, 6), { units: 8, opType: 'GRU', states: [state] });
    expect(await reasonOf(net.build(head(net, value)), 'GRU')).toBe('tied to graph input "x"');
  });
});

const sigmoid = (value: number) => 1 / (1 + Math.exp(-value));

/** LSTM as the operator's documentation defines it, gates in the order input, output, forget, cell. */
function lstmByHand(x: Float32Array, w: Float32Array, r: Float32Array, b: Float32Array, units: number): Float32Array {
  const [batch, features, rows] = [2, x.length / SEQUENCE / 2, 4 * units];
  const at = (values: Float32Array, index: number) => values[index] ?? 0;
  const result = new Float32Array(SEQUENCE * batch * units);
  for (let sample = 0; sample < batch; sample++) {
    let [hidden, cell] = [new Float32Array(units), new Float32Array(units)];
    for (let step = 0; step < SEQUENCE; step++) {
      const gate = (row: number) => {
        let sum = at(b, row) + at(b, rows + row);
        for (let i = 0; i < features; i++)
          sum += at(w, row * features + i) * at(x, (step * batch + sample) * features + i);
        for (let i = 0; i < units; i++) sum += at(r, row * units + i) * at(hidden, i);
        return sum;
      };
      const all = Array.from({ length: rows }, (_, row) => gate(row));
      const part = (index: number, unit: number) => all[index * units + unit] ?? 0;
      cell = cell.map((old, unit) => sigmoid(part(2, unit)) * old + sigmoid(part(0, unit)) * Math.tanh(part(3, unit)));
      hidden = cell.map((value, unit) => sigmoid(part(1, unit)) * Math.tanh(value));
      result.set(hidden, (step * batch + sample) * units);
    }
  }
  return result;
}
