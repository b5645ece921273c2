import { float32Tensor, type Model } from '@onnx-compress/graph';
import { ExportedNet } from './exported-net.js';
import { type Channels, convNormRelu, maxPool } from './layers/convolution.js';
import { lengthOf, linear, reshapeTo, shapeOf } from './layers/linear.js';

const ZERO = { value: { tensor: float32Tensor([1], [0]) } };

/** Input, recurrent and bias weights of a recurrent layer. */
function gates(net: ExportedNet, directions: number, rows: number, from: number, units: number): string[] {
  const scale = Math.sqrt(1 / (from + units));
  const dims = [directions, rows * units];
  return [
    net.weight([...dims, from], scale),
    net.weight([...dims, units], scale),
    net.weight([directions, 2 * rows * units], 0.1),
  ];
}

/** A bidirectional LSTM on [time, batch, from], its states zero at first; [time, batch, 2 units]. */
function biLstm(net: ExportedNet, x: string, [from, units]: Channels): string {
  const zeros = () => net.node('ConstantOfShape', [shapeOf(net, [2, lengthOf(net, x, 1), units])], ZERO);
  const [y = ''] = net.nodes('LSTM', [x, ...gates(net, 2, 4, from, units), '', zeros(), zeros()], 3, {
    direction: 'bidirectional',
    hidden_size: units,
  });
  const aside = net.node('Transpose', [y], { perm: [0, 2, 1, 3] });
  return net.node('Reshape', [aside, net.integers(0, 0, -1)]);
}

/** A linear layer on each step, as rows. */
function onSteps(net: ExportedNet, x: string, channels: Channels): string {
  const [time, batch] = [lengthOf(net, x, 0), lengthOf(net, x, 1)];
  const rows = reshapeTo(net, x, [net.node('Mul', [time, batch]), channels[0]]);
  return reshapeTo(net, linear(net, rows, channels), [time, batch, channels[1]]);
}

/** CRNN (Shi et al. 2017): convolutions, the height squeezed away, two bidirectional LSTM layers. */
export function crnn(): Model {
  const net = new ExportedNet({ opset: 13, inputs: { input: ['float32', ['batch', 1, 16, 'width']] } });
  let x = maxPool(net, convNormRelu(net, 'input', [1, 16], { kernel: 3 }), 2);
  x = maxPool(net, convNormRelu(net, x, [16, 32], { kernel: 3 }), 2);
  const weight = net.weight([48, 32, 4, 1], 0.1);
  const flat = net.node('Relu', [net.node('Conv', [x, weight, net.weight([48], 0.1)], { kernel_shape: [4, 1] })]);
  const steps = net.node('Transpose', [net.node('Squeeze', [flat, net.integers(2)])], { perm: [2, 0, 1] });
  const first = net.module('rnn.0', () => onSteps(net, biLstm(net, steps, [48, 24]), [48, 24]));
  const second = net.module('rnn.1', () => onSteps(net, biLstm(net, first, [24, 24]), [48, 11]));
  return net.build({ output: net.node('LogSoftmax', [second], { axis: 2 }) });
}

/** A GRU on [time, batch, from]; all steps as [time, batch, units], and the last state. */
function gru(net: ExportedNet, x: string, [from, units]: Channels): readonly [steps: string, state: string] {
  const zeros = net.node('ConstantOfShape', [shapeOf(net, [1, lengthOf(net, x, 1), units])], ZERO);
  const inputs = [x, ...gates(net, 1, 3, from, units), '', zeros];
  const [y = '', state = ''] = net.nodes('GRU', inputs, 2, { hidden_size: units, linear_before_reset: 1 });
  return [net.node('Squeeze', [y, net.integers(1)]), state];
}

/** Keyword spotting on spectra: a convolution over time, two GRU layers, the last step classified. */
export function gruAudio(): Model {
  const net = new ExportedNet({ opset: 14, inputs: { input: ['float32', ['batch', 'time', 20]] } });
  const channels = net.node('Transpose', ['input'], { perm: [0, 2, 1] });
  const inputs = [channels, net.weight([32, 20, 3], 0.15), net.weight([32], 0.1)];
  const hidden = net.node('Relu', [net.node('Conv', inputs, { kernel_shape: [3], pads: [1, 1] })]);
  const steps = net.node('Transpose', [hidden], { perm: [2, 0, 1] });
  const [first] = net.module('gru.0', () => gru(net, steps, [32, 24]));
  const [second, state] = net.module('gru.1', () => gru(net, first, [24, 24]));
  const last = net.node('Gather', [second, net.index(-1)], { axis: 0 });
  const both = net.node('Concat', [last, net.node('Squeeze', [state, net.integers(0)])], { axis: 1 });
  return net.build({ output: linear(net, both, [48, 12]) });
}
