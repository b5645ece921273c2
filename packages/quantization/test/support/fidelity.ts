import { type Model, present, readFloats, type Tensor } from '@onnx-compress/graph';
import { signalToNoiseDb } from '@onnx-compress/math';
import { type OptimizationLevel, runModel } from '@onnx-compress/test-kit';

/** Signal-to-noise ratio of output `y`, the lower of both optimization levels. */
export async function fidelityDb(original: Model, candidate: Model, feeds: Record<string, Tensor>): Promise<number> {
  const reference = await floatsOf(original, feeds, 'all');
  const optimized = signalToNoiseDb(reference, await floatsOf(candidate, feeds, 'all'));
  const plain = signalToNoiseDb(reference, await floatsOf(candidate, feeds, 'disabled'));
  return Math.min(optimized, plain);
}

/** Output `y` of a model. */
export async function floatsOf(model: Model, feeds: Record<string, Tensor>, level: OptimizationLevel = 'all') {
  const outputs = await runModel(model, feeds, level);
  return readFloats(present(outputs.get('y'), 'output y'));
}
