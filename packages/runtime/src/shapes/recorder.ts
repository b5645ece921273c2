import type { Diagnostic, Feeds } from '@onnx-compress/core';
import { type Model, modelBytes, present, type ShapeTable, type Value } from '@onnx-compress/graph';
import type { Host, HostTensor } from '../host/contract.js';
import { HostError } from '../host/errors.js';
import { toHostTensors } from '../host/tensors.js';
import { inferModel } from './infer-model.js';
import { shapesNotRecorded } from './messages.js';
import { hasShapeKernel } from './unreadable-values.js';

/** What a recording of shapes may need besides the model. */
export interface RecordShapesOptions {
  readonly signal: AbortSignal;
  /** Called when the model could not be run. */
  readonly warn?: (diagnostic: Diagnostic) => void;
}

/**
 * Completes a table of shapes from real inputs. First the shapes are inferred anew from those of the inputs, in
 * subgraphs too. If some of the main graph are still unknown, the model is run once: each such value gets a Shape node
 * whose few integers are fetched, so that no activation leaves onnxruntime. The run needs the whole model in memory.
 *
 * @param feeds one tensor for each graph input
 * @example
 * const shapes = await inference.infer(model, dims, signal);
 * await recordShapes(host, model, feeds, shapes, { signal });
 */
export async function recordShapes(
  host: Host,
  model: Model,
  feeds: Feeds,
  shapes: ShapeTable,
  { signal, warn }: RecordShapesOptions,
): Promise<void> {
  await inferModel({ host, table: shapes, dims: new Map(), inputTypes: feeds, signal }, model);
  const unknown = [...model.graph.values()].filter((value) => isIncomplete(value, shapes));
  if (unknown.length === 0) return;
  try {
    const measured = await runShapeProbes(host, await probedModel(model, unknown), unknown, feeds, signal);
    for (const [value, dims] of measured) shapes.set(value, { dataType: shapes.get(value)?.dataType, dims });
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    warn?.(shapesNotRecorded(error.message));
  }
}

function isIncomplete(value: Value, shapes: ShapeTable): boolean {
  const type = shapes.get(value);
  const isReadable = type?.dataType !== undefined && hasShapeKernel(type.dataType);
  return isReadable && value.weight === undefined && !type.dims?.every((dim) => typeof dim === 'number');
}

async function probedModel(model: Model, values: readonly Value[]): Promise<Uint8Array> {
  const copy = model.clone();
  try {
    for (const { name } of values) {
      const probe = copy.graph.addNode({ opType: 'Shape', inputs: [name], outputs: [probeOf(name)] });
      copy.graph.addOutput(present(probe.output(0), 'output of a Shape'));
    }
    return await modelBytes(copy);
  } finally {
    await copy.close();
  }
}

async function runShapeProbes(
  host: Host,
  bytes: Uint8Array,
  values: readonly Value[],
  feeds: Feeds,
  signal: AbortSignal,
): Promise<Map<Value, readonly number[]>> {
  const session = await host.open({ bytes }, { optimization: 'disabled', signal });
  try {
    const fetches = values.map(({ name }) => probeOf(name));
    const outputs = await session.run(await toHostTensors(feeds), { fetches, signal });
    return new Map(values.map((value) => [value, integers(outputs.get(probeOf(value.name)))]));
  } finally {
    await session.release();
  }
}

function probeOf(name: string): string {
  return `${name}/recorded-shape`;
}

function integers(tensor: HostTensor | undefined): readonly number[] {
  if (tensor?.dataType !== 'int64') return [];
  const { buffer, byteOffset, byteLength } = tensor.bytes;
  return [...new BigInt64Array(buffer, byteOffset, byteLength / 8)].map(Number);
}
