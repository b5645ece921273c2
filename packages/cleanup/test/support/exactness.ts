import { expect } from '@jest/globals';
import { type Model, modelBytes, present, readFloats, type Tensor } from '@onnx-compress/graph';
import { relativeError, runModel } from '@onnx-compress/test-kit';

/** Half precision carries 11 bits, and onnxruntime rounds to it wherever two nodes meet. */
const HALF_TOLERANCE = 1e-3;

/** Runs both models and expects every output of the original to come out of the other within a relative error, at both levels. */
export async function expectSameOutputs(
  original: Model,
  candidate: Model,
  feeds: Readonly<Record<string, Tensor>>,
  tolerance: number,
): Promise<void> {
  for (const level of ['all', 'disabled'] as const) {
    const reference = await runModel(await modelBytes(original), feeds, level);
    const outputs = await runModel(await modelBytes(candidate), feeds, level);
    expect([...outputs.keys()]).toEqual([...reference.keys()]);
    for (const [name, tensor] of reference) {
      const actual = present(outputs.get(name), name);
      expect([actual.dataType, actual.dims]).toEqual([tensor.dataType, tensor.dims]);
      const allowed = tensor.dataType === 'float16' ? Math.max(tolerance, HALF_TOLERANCE) : tolerance;
      expect(relativeError(await readFloats(tensor), await readFloats(actual))).toBeLessThanOrEqual(allowed);
    }
  }
}
