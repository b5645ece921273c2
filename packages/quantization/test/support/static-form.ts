import {
  type Model,
  type Node,
  present,
  readFloats,
  Scratch,
  type Tensor,
  type Value,
  weightBehind,
} from '@onnx-compress/graph';
import { runModel } from '@onnx-compress/test-kit';
import type { ActivationScale } from '../../src/activations/activation-scale.js';
import { dropUnused } from '../../src/emission/drop-weight.js';
import { emitStatic } from '../../src/emission/static/emit-static.js';
import { quantizeValues } from '../../src/emission/static/quantize-values.js';
import { withRoomForBiases } from '../../src/emission/static/room-for-biases.js';
import type { Layer } from '../../src/layers/layer.js';
import type { StaticPlan } from '../../src/placement/static-plan.js';
import { groupByWeight } from '../../src/placement/weight-group.js';
import { int8Scales } from '../../src/weights/int8-weight.js';
import { StoredWeight } from '../../src/weights/stored-weight.js';

/** What a test wants on integers: nodes by label, and the values that share scales, by name. */
export interface WrittenPlan {
  readonly nodes: readonly string[];
  readonly classes: readonly (readonly string[])[];
}

/** Asymmetric uint8 over exactly what the values reach with these feeds. */
async function exactScales(
  model: Model,
  feeds: Readonly<Record<string, Tensor>>,
  classes: StaticPlan['classes'],
  dataType: ActivationScale['dataType'] = 'uint8',
): Promise<ReadonlyMap<Value, ActivationScale>> {
  const watched = model.clone();
  const names = classes.flatMap(({ values }) => values.map(({ name }) => name));
  for (const name of names) {
    const value = present(watched.graph.value(name), name);
    if (!value.isOutput && !value.isInput) watched.graph.addOutput(value);
  }
  const outputs = await runModel(watched, feeds);
  const scales = new Map<Value, ActivationScale>();
  for (const { values } of classes) {
    const floats = await Promise.all(
      values.map(({ name }) => readFloats(present(outputs.get(name) ?? feeds[name], name))),
    );
    const scale = scaleOver(floats, dataType);
    for (const value of values) scales.set(value, scale);
  }
  return scales;
}

function scaleOver(parts: readonly Float32Array[], dataType: ActivationScale['dataType']): ActivationScale {
  const low = parts.reduce((least, part) => part.reduce((a, b) => Math.min(a, b), least), 0);
  const high = parts.reduce((most, part) => part.reduce((a, b) => Math.max(a, b), most), 0);
  const scale = Math.fround((high - low) / 255) || 1;
  const least = dataType === 'uint8' ? 0 : -128;
  return { dataType, scale, zeroPoint: Math.round(-low / scale) + least };
}

/** The plan as the model's own nodes and values. */
export function planOf(model: Model, { nodes, classes }: WrittenPlan): StaticPlan {
  const byLabel = new Map(model.graph.nodes.map((node) => [node.label, node]));
  return {
    nodes: new Set(nodes.map((label): Node => present(byLabel.get(label), label))),
    classes: classes.map((names) => ({
      values: names.map((name) => present(model.graph.value(name), name)),
      mayClip: true,
    })),
    skipped: [],
  };
}

interface StaticSettings {
  readonly granularity?: 'per-channel' | 'per-tensor';
  readonly dataType?: ActivationScale['dataType'];
}

/** A clone of the model in the static form, with scales from the feeds, and its plan. */
export async function inStaticForm(
  original: Model,
  written: WrittenPlan,
  feeds: Readonly<Record<string, Tensor>>,
  { granularity = 'per-channel', dataType = 'uint8' }: StaticSettings = {},
): Promise<{ readonly model: Model; readonly plan: StaticPlan }> {
  const model = original.clone();
  const plan = planOf(model, written);
  const scales = await exactScales(model, feeds, plan.classes, dataType);
  await emitWeights(plan, scales, granularity);
  quantizeValues(model, plan, scales);
  const problems = model.validate();
  if (problems.length > 0) throw new Error(`unsound in the static form:\n${problems.join('\n')}`);
  return { model, plan };
}

/** Writes the weights and biases of the layers of a plan. */
export async function emitWeights(
  plan: StaticPlan,
  scales: ReadonlyMap<Value, ActivationScale>,
  granularity: 'per-channel' | 'per-tensor',
): Promise<void> {
  const layers = [...plan.nodes].flatMap(layersOf);
  for (const group of groupByWeight(layers)) {
    const axis = granularity === 'per-channel' ? group.channelAxis : undefined;
    const scratch = new Scratch();
    const int8 = present(await int8Scales(group.tensor, axis, scratch), 'scales');
    const roomy = await withRoomForBiases(group, int8, scales);
    emitStatic(group, new StoredWeight(group, roomy, scratch), scales);
    dropUnused(group.weight);
  }
}

function layersOf(node: Node): readonly Layer[] {
  const weight = weightBehind(node.input(1));
  const channelAxis = CHANNEL_AXES[node.opType];
  if (weight === undefined || channelAxis === undefined) return [];
  const transposed = node.int('transB', 0) !== 0;
  const use = node.opType.startsWith('Conv') ? ({ kind: 'other' } as const) : ({ kind: 'matrix', transposed } as const);
  return [
    { node, inputIndex: 1, entries: [{ node, index: 1 }], weight, channelAxis: transposed ? 0 : channelAxis, use },
  ];
}

const CHANNEL_AXES: Readonly<Record<string, number>> = { Conv: 0, ConvTranspose: 1, Gemm: 1, MatMul: 1 };
