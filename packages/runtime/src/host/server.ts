import { setImmediate } from 'node:timers/promises';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { compactBytes } from './compact.js';
import type { HostTensor, ModelLocation, SessionValue } from './contract.js';
import type { Command, Reply, Request, Result, WireOptions } from './protocol.js';
import { isNumeric, isTransferable, typedView } from './value-types.js';

type Onnxruntime = typeof import('onnxruntime-node');
type Sessions = Map<number, InferenceSession>;

/**
 * Answers requests one after the other, in the order in which they came. After a `stop` the rest is left unanswered;
 * messages are looked at between two requests, so that a `stop` overtakes those that wait.
 */
export function createServer(answer: (reply: Reply) => void, stop: () => void): (request: Request) => void {
  const sessions: Sessions = new Map();
  let stopped = false;
  let last: Promise<void> = Promise.resolve();
  return ({ id, command }) => {
    stopped ||= command.kind === 'stop';
    last = last.then(async () => {
      await setImmediate();
      if (stopped || command.kind === 'stop') return stop();
      answer({ id, result: await carryOut(command, sessions).catch(failure) });
    });
  };
}

async function carryOut(command: Exclude<Command, { kind: 'stop' }>, sessions: Sessions): Promise<Result> {
  const onnxruntime = await loadOnnxruntime();
  switch (command.kind) {
    case 'open': {
      const session = await createSession(onnxruntime, command.model, command.options);
      sessions.set(command.session, session);
      return {
        kind: 'opened',
        inputs: session.inputMetadata.map(toSessionValue),
        outputs: session.outputMetadata.map(toSessionValue),
      };
    }
    case 'run': {
      const session = sessions.get(command.session);
      if (session === undefined) throw new Error('this session was released');
      return { kind: 'ran', outputs: await run(onnxruntime, session, command.feeds, command.fetches) };
    }
    case 'release': {
      const session = sessions.get(command.session);
      sessions.delete(command.session);
      await session?.release();
      return { kind: 'released' };
    }
  }
}

function failure(error: unknown): Result {
  return { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
}

let loaded: Promise<Onnxruntime> | undefined;

function loadOnnxruntime(): Promise<Onnxruntime> {
  loaded ??= import('onnxruntime-node').then((onnxruntime) => {
    onnxruntime.env.logLevel = 'fatal';
    return onnxruntime;
  });
  return loaded;
}

function createSession(
  { InferenceSession }: Onnxruntime,
  model: ModelLocation,
  { optimization, threads, config }: WireOptions,
): Promise<InferenceSession> {
  const options: InferenceSession.SessionOptions = {
    graphOptimizationLevel: optimization,
    logSeverityLevel: 4,
    extra: config,
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
  };
  if ('path' in model) return InferenceSession.create(model.path, options);
  const externalData = model.external?.map(({ path, bytes }) => ({ path, data: bytes }));
  return InferenceSession.create(model.bytes, externalData === undefined ? options : { ...options, externalData });
}

function toSessionValue(metadata: InferenceSession.ValueMetadata): SessionValue {
  const { name } = metadata;
  if (!metadata.isTensor) return { name, dataType: undefined, dims: undefined, transferable: false };
  const { type, shape } = metadata;
  const dims = shape.map((dim) => (dim === '' ? undefined : dim));
  return { name, dataType: type, dims, transferable: isTransferable(type) };
}

async function run(
  onnxruntime: Onnxruntime,
  session: InferenceSession,
  feeds: ReadonlyMap<string, HostTensor>,
  fetches: readonly string[],
): Promise<Map<string, HostTensor>> {
  const inputs: Record<string, Tensor> = {};
  for (const [name, tensor] of feeds) inputs[name] = toOnnxruntime(onnxruntime, tensor);
  const results = await session.run(inputs, fetches);
  const outputs = new Map<string, HostTensor>();
  for (const [name, tensor] of Object.entries(results)) outputs.set(name, fromOnnxruntime(tensor));
  return outputs;
}

function toOnnxruntime({ Tensor }: Onnxruntime, tensor: HostTensor): Tensor {
  if (tensor.dataType === 'string') return new Tensor('string', tensor.strings, tensor.dims);
  if (!isNumeric(tensor.dataType)) throw new Error(`${tensor.dataType} tensors cannot be fed`);
  return new Tensor(tensor.dataType, typedView(tensor.dataType, tensor.bytes), tensor.dims);
}

function fromOnnxruntime({ type, dims, data }: Tensor): HostTensor {
  if (Array.isArray(data)) return { dataType: 'string', dims, strings: data.map(String) };
  if (!isNumeric(type)) throw new Error(`${type} tensors cannot be fetched`);
  return { dataType: type, dims, bytes: compactBytes(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)) };
}
