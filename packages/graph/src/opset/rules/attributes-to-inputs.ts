import { float32Tensor, int64Tensor } from '../../tensor/numbers.js';
import { cannotRaise, constantFor, intsToInput, type OpsetRule } from '../rule.js';

/** Squeeze, Unsqueeze, ReduceSum (13) and the other reductions (18): `axes` became an input. */
export const axes: readonly OpsetRule[] = [
  { opTypes: ['Squeeze', 'Unsqueeze', 'ReduceSum'], since: 13, convert: (node) => intsToInput(node, 'axes', 1) },
  {
    opTypes: [
      'ReduceL1',
      'ReduceL2',
      'ReduceLogSum',
      'ReduceLogSumExp',
      'ReduceMax',
      'ReduceMean',
      'ReduceMin',
      'ReduceProd',
      'ReduceSumSquare',
    ],
    since: 18,
    convert: (node) => intsToInput(node, 'axes', 1),
  },
];

/** Split: sizes became an input (13), and an equal split says its number of parts (18). */
export const split: readonly OpsetRule[] = [
  { opTypes: ['Split'], since: 13, convert: (node) => intsToInput(node, 'split', 1) },
  {
    opTypes: ['Split'],
    since: 18,
    convert(node) {
      if (!node.inputs[1]) node.setAttribute('num_outputs', { int: node.outputs.length });
    },
  },
];

/** Slice (10): starts, ends and axes became inputs. */
export const slice: OpsetRule = {
  opTypes: ['Slice'],
  since: 10,
  convert(node) {
    for (const [index, attribute] of ['starts', 'ends', 'axes'].entries()) intsToInput(node, attribute, index + 1);
  },
};

/** TopK (10): k became an input. */
export const topK: OpsetRule = {
  opTypes: ['TopK'],
  since: 10,
  convert(node) {
    const k = node.int('k');
    if (k === undefined) throw cannotRaise(node, 10, 'it has no k');
    node.setInput(1, constantFor(node, 'k', int64Tensor([1], [k])));
    node.removeAttribute('k');
  },
};

/** Pad (11): pads and value became inputs. Onnx says the value has the type of the data; opset 2 allowed floats only. */
export const pad: OpsetRule = {
  opTypes: ['Pad'],
  since: 11,
  convert(node) {
    const value = node.float('value', 0);
    const type = node.input(0)?.declared?.dataType ?? 'float32';
    if (value !== 0 && type !== 'float32') throw cannotRaise(node, 11, `it pads ${type} with ${value}`);
    intsToInput(node, 'pads', 1);
    if (value !== 0) node.setInput(2, constantFor(node, 'value', float32Tensor([], [value])));
    node.removeAttribute('value');
  },
};

/** Dropout (12): ratio became an input; without training_mode the node passes its input on. */
export const dropout: OpsetRule = {
  opTypes: ['Dropout'],
  since: 12,
  convert(node) {
    const ratio = node.float('ratio');
    if (ratio !== undefined) node.setInput(1, constantFor(node, 'ratio', float32Tensor([], [ratio])));
    node.removeAttribute('ratio');
  },
};
