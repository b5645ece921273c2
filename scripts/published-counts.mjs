// npm run counts: weights, masked weights and MACs of two networks against the numbers that papers print for them.
import assert from 'node:assert/strict';
import { countCosts, countNonZeroWeights, propagateShapes } from '@onnx-compress/graph';
import { lenet5Caffe, maskSmallestWeights, vggDCifar10 } from '@onnx-compress/test-kit/models';

const NETWORKS = [
  {
    name: 'LeNet5-Caffe',
    build: lenet5Caffe,
    masked: 0.98,
    published: { weights: 430_500, withBiases: 431_080, nonZero: 8_610, macs: 2_293_000 },
  },
  {
    name: 'VGG-D for CIFAR-10',
    build: vggDCifar10,
    masked: 0.95,
    published: { weights: 15_239_872, withBiases: 15_245_130, nonZero: 761_994, macs: 313_725_952 },
  },
];

const number = (value) => value.toLocaleString('en-US').padStart(12);

for (const { name, build, masked, published } of NETWORKS) {
  const model = build();
  const shapes = propagateShapes(model, new Map([['batch', 1]]));
  const { weights, parameters, macs, flops } = countCosts(model, shapes);
  await maskSmallestWeights(model, masked);
  const { nonZeroWeights, effectiveMacs } = await countNonZeroWeights(model, shapes);
  const rows = [
    ['weights', weights, published.weights],
    ['parameters (weights and biases)', parameters, published.withBiases],
    [`weights left at ${masked * 100} % zeros`, nonZeroWeights, published.nonZero],
    ['MACs', macs, published.macs],
    ['FLOPs (2 x MACs)', flops, 2 * published.macs],
  ];
  console.log(name);
  for (const [what, counted, expected] of rows) {
    console.log(`  ${what.padEnd(34)} ${number(counted)}   published ${number(expected)}`);
    assert.equal(counted, expected, `${name}: ${what}`);
  }
  console.log(`  ${'MACs if zeros were skipped'.padEnd(34)} ${number(effectiveMacs)}   no measure of speed\n`);
}
