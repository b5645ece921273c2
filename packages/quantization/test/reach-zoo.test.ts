import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import type { Skip } from '@onnx-compress/core';
import { type Model, modelBytes, type Value, type Weight } from '@onnx-compress/graph';
import { openModel } from '@onnx-compress/graph/node';
import { describeZoo } from '@onnx-compress/test-kit';
import { onlyMoves } from '../src/layers/constant-moves.js';
import { quantized } from './support/context.js';

/** From this size on, a constant that stays as it is must be named. */
const KILOBYTE = 1024;

/** Largest allowed file, as a part of the input, where weights are recurrent, in bodies, or moved before they are read. */
const RATIOS: Readonly<Record<string, number>> = {
  'bilstm_embedding.onnx': 0.3,
  'mnist.onnx': 0.37,
  'model_1.onnx': 0.27,
  'silero_vad_v6.onnx': 0.35,
};

const isLarge = ({ tensor }: Weight) => tensor.dataType.startsWith('float') && tensor.byteLength >= KILOBYTE;

/** Labels of the nodes that read a value, and of those that read what they move. */
function readers(value: Value): readonly string[] {
  return value.uses.flatMap((use) => {
    if (use.kind === 'output') return [];
    const moved = onlyMoves(use.node) ? use.node.outputs.flatMap((_, index) => use.node.output(index) ?? []) : [];
    return [use.node.label, ...moved.flatMap(readers)];
  });
}

/** Whether a reason says it of this constant, or of the only one that its node can have. */
function isNamed({ name, value }: Weight, skipped: readonly Skip[]): boolean {
  const places = new Set([name, ...readers(value)]);
  return skipped.some(
    ({ node, reason }) => places.has(node) && (reason.includes(`"${name}"`) || !reason.includes('"')),
  );
}

describeZoo('weights of real models', (models) => {
  let opened: Model | undefined;

  afterEach(() => opened?.close());

  it.each(models.map((path) => [basename(path), path]))('%s: none is passed over in silence', async (name, path) => {
    const model = await openModel(path);
    opened = model;
    const { model: small, changed, skipped } = await quantized(model, { activations: 'none' });
    const tensors = new Set(changed.map(({ tensor }) => tensor));
    const silent = [...model.weights()].filter(
      (weight) => isLarge(weight) && !tensors.has(weight.name) && !isNamed(weight, skipped),
    );
    expect(silent.map((weight) => weight.name)).toEqual([]);
    const { length } = await modelBytes(small);
    expect(length / statSync(path).size).toBeLessThanOrEqual(RATIOS[name] ?? 1);
  });
});
