import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Model, modelBytes, readModel } from '@onnx-compress/graph';
import * as ort from 'onnxruntime-node';

/** The operators that onnxruntime really runs for a model, after all its optimizations, sorted. */
export async function optimizedOperators(model: Model): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'onnx-compress-'));
  const optimizedModelFilePath = join(folder, 'optimized.onnx');
  try {
    const options = { graphOptimizationLevel: 'all', optimizedModelFilePath, logSeverityLevel: 3 } as const;
    const session = await ort.InferenceSession.create(await modelBytes(model), options);
    await session.release();
    const optimized = await readModel(new Uint8Array(await readFile(optimizedModelFilePath)));
    return [...optimized.nodes()].map(({ opType }) => opType).sort();
  } finally {
    await rm(folder, { recursive: true });
  }
}
