import type { Model } from '@onnx-compress/graph';
import { Net } from './net.js';
import { Choices, type Step } from './random-choices.js';
import { LAYERS } from './random-layers.js';
import { MOVEMENTS } from './random-movement.js';
import { sequence } from './random-sequence.js';

const STEPS: readonly Step[] = [...LAYERS, ...MOVEMENTS, ...Array<Step>(5).fill(sequence)];

/** A net of random operators; every activation that nothing reads is read by a convolution into the output. */
export function randomNet(numbers: readonly number[]): Model {
  const choices = new Choices(numbers);
  const net = new Net(3, 17, choices.among([2, 'N']));
  const values = [net.conv('x', choices.among([6, 8, 12]))];
  while (choices.left > 0) {
    const value = choices.among(values.slice(-3));
    values.push(...choices.among(STEPS)(net, value, choices, values));
  }
  const heads = values.slice(-3).map((value) => net.conv(value, 4));
  const [first = '', ...more] = heads;
  return net.build(more.reduce((sum, head) => net.op('Add', [sum, head], 4), first));
}
