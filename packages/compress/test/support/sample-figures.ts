import type { Figure } from '@onnx-compress/core';

/** One figure of every kind. */
export const SAMPLE_FIGURES: readonly Figure[] = [
  {
    kind: 'bars',
    title: 'Bytes of each layer',
    caption: 'Where the bytes are.',
    unit: 'bytes',
    series: ['before', 'after'],
    rows: [
      { label: '/features/features.0/conv/Conv', values: [12_000, 4400] },
      { label: 'head', values: [2000, null] },
    ],
  },
  {
    kind: 'lines',
    title: 'Singular values',
    caption: 'Rank 2 keeps most.',
    x: { label: 'rank', unit: 'count' },
    y: { label: 'singular value', unit: 'plain', scale: 'logarithmic' },
    series: [
      {
        label: '/fc1',
        points: [
          [1, 9],
          [2, 3],
          [3, 0],
          [4, 0.1],
        ],
      },
    ],
    marks: [{ label: 'kept', x: 2 }],
  },
  {
    kind: 'histograms',
    title: 'Weights',
    caption: 'By layer.',
    unit: 'plain',
    series: ['before', 'after'],
    rows: [
      {
        label: 'conv1',
        low: -1,
        high: 1,
        counts: [
          [1, 8, 1],
          [0, 4, 0],
        ],
      },
    ],
  },
  {
    kind: 'scatter',
    title: 'Size against fidelity',
    caption: 'Left is smaller.',
    x: { label: 'file size', unit: 'bytes' },
    y: { label: 'cosine', unit: 'plain' },
    points: [
      { label: 'original', x: 97_800_000, y: 1, reference: true, front: true },
      { label: 'prune l1:0.4', x: 46_100_000, y: 0.95, front: true },
      { label: 'prune l1:0.5', x: 46_200_000, y: 0.94 },
    ],
  },
  {
    kind: 'intervals',
    title: 'Speedup',
    caption: 'Right of 1 is faster.',
    axis: { label: 'before / after', unit: 'factor' },
    margin: 0.02,
    rows: [{ label: '1x3x224x224', value: 1.71, low: 1.66, high: 1.78, note: 'better' }],
  },
  {
    kind: 'table',
    title: 'Ranks',
    caption: 'By layer.',
    columns: [
      { label: 'layer', unit: 'text' },
      { label: 'bytes', unit: 'bytes' },
    ],
    rows: [
      ['/fc1', 4096],
      ['/fc2', null],
    ],
  },
];
