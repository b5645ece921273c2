import { join } from 'node:path';
import { openModel } from '@onnx-compress/graph/node';
import { layerFusion } from '@onnx-compress/quantization';
import { HostError, runtimeEnvironment } from '@onnx-compress/runtime';
import { type FusionRecord, layersOnIntegers } from '../report/fusion.js';
import { fusionTooLarge, optimizedNotWritten } from '../report/fusion-messages.js';
import type { StepRecord, VerificationRecord } from '../report/report.js';
import { targetOf } from '../target/target.js';
import type { Engine } from './engine.js';
import type { Job } from './job.js';
import { withTemporaryFolder } from './temporary-folder.js';
import type { Transformed } from './transform.js';

/** Larger files are not loaded once more, only to see what becomes of their layers. */
const MOST_BYTES = 200e6;

const OPTIMIZED = 'optimized.onnx';

const unknown = (reason: string): FusionRecord => ({ fused: [], unfused: [], unknown: reason });

async function lookAt(
  layers: ReadonlySet<string>,
  { model, staged }: Transformed,
  { host }: Engine,
  signal: AbortSignal,
): Promise<FusionRecord> {
  return withTemporaryFolder(async (folder) => {
    const optimizedModelPath = join(folder, OPTIMIZED);
    const config = { 'session.optimized_model_external_initializers_file_name': `${OPTIMIZED}.data` };
    const session = await host.open({ path: staged.path }, { threads: 1, optimizedModelPath, config, signal });
    await session.release();
    const optimized = await openModel(optimizedModelPath);
    try {
      return layerFusion(layers, model, optimized);
    } finally {
      await optimized.close();
    }
  });
}

/**
 * Loads a quantized result once more to see which of its layers onnxruntime computes on integers; undefined where no
 * layer is meant for that, where the result was not run, and where it is made for another machine.
 *
 * @throws CancelledError when the signal fires
 */
export async function fusionOf(
  { recipe: { target }, signal }: Pick<Job, 'recipe' | 'signal'>,
  made: Transformed,
  steps: readonly StepRecord[],
  { status }: VerificationRecord,
  engine: Engine,
): Promise<FusionRecord | undefined> {
  const layers = layersOnIntegers(steps);
  if (layers.size === 0 || status !== 'ok' || target !== targetOf(await runtimeEnvironment())) return undefined;
  const { fileBytes, external } = made.staged.written;
  const bytes = external.reduce((sum, file) => sum + file.fileBytes, fileBytes);
  if (bytes > MOST_BYTES) return unknown(fusionTooLarge(bytes, MOST_BYTES));
  try {
    return await lookAt(layers, made, engine, signal);
  } catch (error) {
    if (error instanceof HostError) return unknown(optimizedNotWritten(error.message));
    throw error;
  }
}
