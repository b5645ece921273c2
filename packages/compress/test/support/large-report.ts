import type { Figure } from '@onnx-compress/core';
import type { Report, StepRecord } from '../../src/report/report.js';

const LAYERS = 300;

const nameOf = (index: number) => `/backbone/stage${index % 5}/block${Math.floor(index / 5)}/conv${index % 3}/Conv`;

const each = <T>(make: (index: number) => T): readonly T[] => Array.from({ length: LAYERS }, (_, index) => make(index));

const costs = { parametersBefore: 9e7, parametersAfter: 5e7, macsBefore: 8e9, macsAfter: 4e9, durationMs: 1234 };

/** A step that changed every layer, with a list of a thousand removed channels for each. */
function step(family: 'prune' | 'quant', spec: string): StepRecord {
  const removed = Array.from({ length: 1000 }, (_, index) => index * 2 + (index % 3 === 0 ? 1 : 0));
  return {
    family,
    name: `${family} ${spec}`,
    spec,
    bytesBefore: 360_000_000,
    bytesAfter: 180_000_000,
    ...costs,
    changed: each((index) => ({
      node: nameOf(index),
      tensor: `backbone.${index}.weight`,
      axis: 0,
      sizeBefore: 2048 + index,
      sizeAfter: 1048 + index,
      removed: removed.map((channel) => channel + index),
    })),
    skipped: each((index) => ({ node: nameOf(index), reason: `reason ${index % 4} why this layer was left alone` })),
    metrics: { channelsBefore: 614_400, channelsAfter: 314_400, groups: 300 },
  };
}

const cost = (index: number, factor: number) => ({
  parameters: 1000 * (index + 1) * factor,
  weightBytes: 4000 * (index + 1) * factor,
  macs: 1e6 * (index + 1) * factor,
  timeMs: 0.01 * (1 + (index % 17)) * factor,
});

function histograms(): Figure {
  const bins = (spread: number) =>
    Array.from({ length: 40 }, (_, bin) => Math.round(1e4 * Math.exp(-(((bin - 20) / spread) ** 2))));
  const rows = each((index) => ({
    label: nameOf(index),
    low: -0.5,
    high: 0.5,
    counts: [bins(3 + (index % 9)), bins(2 + (index % 7))],
  }));
  return {
    kind: 'histograms',
    title: 'Weights',
    caption: 'All layers.',
    unit: 'plain',
    series: ['before', 'after'],
    rows,
  };
}

/** The report of a model with 300 layers, all of them changed by two steps and listed with figures of their own. */
export function largeReport(base: Report): Report {
  return {
    ...base,
    steps: [step('prune', 'l1:0.5'), step('quant', 'int8-per-channel')],
    layers: each((index) => ({
      node: nameOf(index),
      opType: 'Conv',
      before: cost(index, 1),
      after: cost(index, 0.5),
    })),
    figures: [histograms()],
  };
}
