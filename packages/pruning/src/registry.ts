import type { Technique } from '@onnx-compress/core';
import { l1 } from './criteria/l1.js';
import { l2 } from './criteria/l2.js';
import { ln } from './criteria/ln.js';

/** Every pruning criterion, in the order in which help texts list them. */
export const pruningTechniques: readonly Technique[] = [l1, l2, ln];
