import { cannotRaise, type OpsetRule } from '../rule.js';
import { axes, dropout, pad, slice, split, topK } from './attributes-to-inputs.js';
import { clip } from './clip.js';
import { batchNormalization, gridSample, roiAlign, scatter } from './renamed-values.js';
import { resize } from './resize.js';
import { softmax } from './softmax.js';

function refused(opType: string, since: number, reason: string): OpsetRule {
  return {
    opTypes: [opType],
    since,
    convert(node) {
      throw cannotRaise(node, since, reason);
    },
  };
}

/** Every change up to opset 21 that an old node notices (onnx/docs/Changelog.md). */
export const OPSET_RULES: readonly OpsetRule[] = [
  ...axes,
  ...split,
  slice,
  topK,
  pad,
  dropout,
  clip,
  softmax,
  ...resize,
  scatter,
  gridSample,
  roiAlign,
  ...batchNormalization,
  refused('Scan', 9, 'its sequence_lens input was dropped'),
  refused('DFT', 20, 'its axis became an input'),
  refused('GroupNormalization', 21, 'its scale went from groups to channels'),
];
