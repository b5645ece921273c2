import { type Axis, fixedAxis } from '../axes/axis.js';
import * as reasons from '../reasons.js';
import type { Operation, Rule } from './operation.js';

/** Operators for which no position can go, and what they do. */
const INHERENT: Readonly<Record<string, readonly string[]>> = {
  'picks elements by index': ['GatherElements'],
  'writes elements by index': ['Scatter', 'ScatterElements', 'TensorScatter'],
  'lists positions by their values': ['NonZero', 'NonMaxSuppression', 'Unique'],
  'turns values into positions of an axis': ['OneHot'],
  'draws positions by their values': ['Multinomial'],
  'numbers the positions of its input': ['EyeLike', 'Det'],
  'combines all samples of a signal': ['STFT', 'MelWeightMatrix'],
  'computes places in space': ['AffineGrid'],
  'computes a loss over all classes': ['NegativeLogLikelihoodLoss', 'SoftmaxCrossEntropyLoss'],
  'has a constant for each channel in an attribute': ['ImageScaler'],
  'works on sequences of tensors': [
    ...['ConcatFromSequence', 'SequenceAt', 'SequenceConstruct', 'SequenceEmpty', 'SequenceErase', 'SequenceInsert'],
    ...['SequenceLength', 'SequenceMap', 'SplitToSequence', 'ReverseSequenceMap'],
  ],
  'works on values that may be absent': ['Optional', 'OptionalGetElement', 'OptionalHasElement'],
  'works on text or files': [
    ...['ImageDecoder', 'RegexFullMatch', 'StringConcat', 'StringNormalizer', 'StringSplit', 'TfIdfVectorizer'],
  ],
};

/** Operators that keep every position, with the reason that a report gives. */
export const PINNING: readonly (readonly [string, Rule])[] = Object.entries(INHERENT).flatMap(([does, names]) =>
  names.map((name): [string, Rule] => [name, (op) => op.refuse(reasons.inherent(op.node, does))]),
);

/** The outputs have the axes of the input, of which some keep all their positions. */
function keeping(op: Operation, pinned: (axis: Axis, index: number) => boolean): Rule {
  return () => {
    const data = op.input(0);
    for (const [index, axis] of data.entries()) if (pinned(axis, index)) op.pin(axis, reasons.ordersPositions(op.node));
    return op.node.outputs.map(() => data);
  };
}

/** ReverseSequence: positions of the time axis move, by lengths that are given for each position of the batch axis. */
export const reverseSequence: Rule = (op) => {
  const moved = [op.node.int('batch_axis', 1), op.node.int('time_axis', 0)];
  for (const axis of op.inputs[1] ?? []) op.pin(axis, reasons.ordersPositions(op.node));
  return keeping(op, (_, index) => moved.includes(index))(op);
};

/** Trilu: what is kept of the last two axes depends on the numbers of their positions. */
export const trilu: Rule = (op) => {
  const rank = op.input(0).length;
  return keeping(op, (_, index) => index >= rank - 2)(op);
};

/** DFT: one axis is transformed, the last one holds real and imaginary parts. */
export const fourier: Rule = (op) => {
  const data = op.input(0);
  const given = op.opset < 20 ? op.node.int('axis', 1) : op.has('axis', 2) ? op.sizes(2)?.[0]?.value : -2;
  if (given === undefined) return op.refuse(reasons.unknownSizes(op.node));
  const at = given < 0 ? given + data.length : given;
  return [
    data.map((axis, index) => {
      if (index !== at && index !== data.length - 1) return axis;
      op.pin(axis, reasons.inherent(op.node, 'combines all samples of a signal'));
      return op.fixedOutput(index);
    }),
  ];
};

/** Size: the number of elements, computed from the lengths of all axes. */
export const size: Rule = (op) => {
  for (const axis of op.input(0)) op.pin(axis, reasons.sizeIsRead(op.node));
  return [[]];
};

/** Range, RandomNormal, RandomUniform and windows: outputs of given lengths that hang on nothing. */
export const generated: Rule = (op) =>
  op.node.outputs.map((_, output) =>
    (op.outputDims(output) ?? [undefined]).map((dim, index) =>
      dim === undefined ? op.fixedOutput(index, output) : fixedAxis(dim, reasons.spatial(op.node)),
    ),
  );
