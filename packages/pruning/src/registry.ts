import type { Technique } from '@onnx-compress/core';
import { apoz } from './criteria/apoz.js';
import { bnScale } from './criteria/bn-scale.js';
import { consumer } from './criteria/consumer.js';
import { entropy } from './criteria/entropy.js';
import { geometricMedian } from './criteria/geometric-median.js';
import { inbound } from './criteria/inbound.js';
import { l1 } from './criteria/l1.js';
import { l1Unstructured } from './criteria/l1-unstructured.js';
import { l2 } from './criteria/l2.js';
import { lasso } from './criteria/lasso.js';
import { ln } from './criteria/ln.js';
import { meanActivation } from './criteria/mean-activation.js';
import { obd } from './criteria/obd.js';
import { obs } from './criteria/obs.js';
import { random } from './criteria/random.js';
import { reduceAndReuse } from './criteria/reduce-and-reuse.js';
import { thinet } from './criteria/thinet.js';
import { variance } from './criteria/variance.js';
import { wanda } from './criteria/wanda.js';
import { zeroChannels } from './criteria/zero-channels.js';
import { plan } from './plan/plan.js';

/** Every pruning criterion, in the order in which help texts list them. */
export const pruningTechniques: readonly Technique[] = [
  l1,
  l2,
  ln,
  geometricMedian,
  bnScale,
  apoz,
  meanActivation,
  variance,
  entropy,
  inbound,
  consumer,
  wanda,
  obs,
  obd,
  lasso,
  thinet,
  reduceAndReuse,
  random,
  l1Unstructured,
  zeroChannels,
  plan,
];
