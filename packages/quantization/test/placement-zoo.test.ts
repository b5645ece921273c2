import { basename } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { openModel } from '@onnx-compress/graph/node';
import { createHost, createShapeInference, recordShapes } from '@onnx-compress/runtime';
import { describeZoo, zooFeeds } from '@onnx-compress/test-kit';
import { findLayers } from '../src/layers/find-layers.js';
import { onlyLargest } from '../src/messages.js';
import { placeStatic } from '../src/placement/regions/place-static.js';
import { inNames, type Placed } from './support/placed.js';

const host = createHost('worker');
const { signal } = new AbortController();

async function place(path: string, mode: 'auto' | 'static' = 'auto'): Promise<Placed> {
  const model = await openModel(path);
  try {
    const feeds = new Map(Object.entries(zooFeeds(model)));
    const types = await createShapeInference(host).infer(model, new Map(), signal);
    await recordShapes(host, model, feeds, types, { signal });
    const { layers } = findLayers(model, () => true);
    return inNames(placeStatic(model, layers, { types, target: 'node-x64-vnni', mode }));
  } finally {
    await model.close();
  }
}

const convolutions = ({ nodes }: Placed) => nodes.filter((label) => /Conv/.test(label)).length;

describeZoo('placement on real models', (models) => {
  afterAll(() => host.close());

  const pathOf = (file: string) => models.find((path) => basename(path) === file) ?? file;

  it('SqueezeNet: all but the stem and the layer behind it', async () => {
    const { reasons, nodes } = await place(pathOf('squeezenet1_1_fp32.onnx'));
    expect([...reasons.keys()]).toEqual(['Conv#0', 'Conv#1']);
    expect(nodes.some((label) => label.startsWith('Concat'))).toBe(true);
  });

  it('MobileNetV2: inverted residuals as a whole, not the classifier', async () => {
    const placed = await place(pathOf('mobilenetv2_fp32.onnx'));
    expect(placed.nodes.filter((label) => label.startsWith('Add')).length).toBe(10);
    expect(convolutions(placed)).toBeGreaterThan(46);
    expect(placed.reasons.get('Gemm_720')).toMatch('last large layer');
  });

  it('PP-OCR recognizer: 1x1 convolutions, not depthwise ones and not squeeze-and-excite', async () => {
    const { nodes, reasons } = await place(pathOf('ch_PP-OCRv4_rec_infer.onnx'));
    expect(nodes).toEqual(expect.arrayContaining(['p2o.Conv.8', 'p2o.Conv.10', 'p2o.Conv.20']));
    for (const depthwise of ['p2o.Conv.9', 'p2o.Conv.21']) expect(nodes).not.toContain(depthwise);
    expect([...reasons].filter(([, reason]) => reason.includes('squeeze-and-excite')).length).toBe(4);
  });

  it('UltraFace: the body, not the heads', async () => {
    const { nodes, reasons } = await place(pathOf('version-RFB-320.onnx'));
    expect(nodes.filter((label) => label.startsWith('Conv')).length).toBeGreaterThan(18);
    expect([...reasons.values()].some((reason) => reason.includes('last large layer'))).toBe(true);
  });

  it('Magika: not its convolution, of which only the largest value counts', async () => {
    const placed = await place(pathOf('model.onnx'));
    expect(convolutions(placed)).toBe(0);
    expect([...placed.reasons.values()]).toContain(onlyLargest());
  });

  it.each(models.map((path) => [basename(path), path]))(
    '%s: every layer is on one side, with a reason on that of floats',
    async (_name, path) => {
      const { plan, nodes, reasons } = await place(path);
      for (const label of reasons.keys()) expect(nodes).not.toContain(label);
      const quantized = new Set(plan.classes.flatMap(({ values }) => values));
      for (const node of plan.nodes) {
        const read = node.inputs.map((_, index) => node.input(index));
        const isFolded = read.some((value) => value?.producer && plan.nodes.has(value.producer));
        expect(isFolded || read.some((value) => value && quantized.has(value))).toBe(true);
      }
    },
  );
});
