import { createModel, modelBytes } from '@onnx-compress/graph';
import type { HarnessFloor, TimingOptions } from './contract.js';
import { timeModel } from './time-model.js';

/**
 * Times a model that copies one number: the part of every inference that is Node.js and not the model.
 *
 * @throws HostError, UsageError and CancelledError as `timeModel`
 */
export async function harnessFloor(options: TimingOptions = {}): Promise<HarnessFloor> {
  const value = { dataType: 'float32', dims: [1] } as const;
  const model = createModel({ inputs: [{ name: 'x', ...value }], outputs: [{ name: 'y', ...value }] });
  model.graph.addNode({ opType: 'Identity', inputs: ['x'], outputs: ['y'] });
  const feeds = new Map([['x', { ...value, bytes: new Uint8Array(4) }]]);
  const { latencyMs, cpuMs } = await timeModel({ location: { bytes: await modelBytes(model) }, feeds }, options);
  return { latencyMs: latencyMs.p50, cpuMs };
}
