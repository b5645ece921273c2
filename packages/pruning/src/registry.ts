import type { Technique } from '@onnx-compress/core';
import { bnScale } from './criteria/bn-scale.js';
import { geometricMedian } from './criteria/geometric-median.js';
import { l1 } from './criteria/l1.js';
import { l2 } from './criteria/l2.js';
import { ln } from './criteria/ln.js';
import { random } from './criteria/random.js';

/** Every pruning criterion, in the order in which help texts list them. */
export const pruningTechniques: readonly Technique[] = [l1, l2, ln, geometricMedian, bnScale, random];
