import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Model, modelBytes, readModel } from '@onnx-compress/graph';
import * as ort from 'onnxruntime-node';

/** What onnxruntime makes of a model with all its optimizations. */
export async function optimizedModel(model: Model): Promise<Model> {
  const folder = await mkdtemp(join(tmpdir(), 'onnx-compress-'));
  const optimizedModelFilePath = join(folder, 'optimized.onnx');
  try {
    const options = { graphOptimizationLevel: 'all', optimizedModelFilePath, logSeverityLevel: 3 } as const;
    const session = await ort.InferenceSession.create(await modelBytes(model), options);
    await session.release();
    return await readModel(new Uint8Array(await readFile(optimizedModelFilePath)));
  } finally {
    await rm(folder, { recursive: true });
  }
}
