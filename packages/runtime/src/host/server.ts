import { setImmediate } from 'node:timers/promises';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { compactBytes } from './compact.js';
import type { HostTensor, ModelLocation, SessionValue } from './contract.js';
import type { Command, Reply, Request, Result, WireOptions } from './protocol.js';
import { type Inference, timeBlock } from './timed-block.js';
import type { TimedBlock } from './timing-contract.js';
import { readUsage } from './usage.js';
import { isNumeric, isTransferable, typedView } from './value-types.js';

type Onnxruntime = typeof import('onnxruntime-node');

/** The sessions of a worker or process, and how those that were bound are run, by their numbers. */
interface State {
  readonly sessions: Map<number, InferenceSession>;
  readonly inferences: Map<number, Inference>;
}

/**
 * Answers requests one after the other, in the order in which they came. After a `stop` the rest is left unanswered;
 * messages are looked at between two requests, so that a `stop` overtakes those that wait.
 */
export function createServer(
  answer: (reply: Reply, command: Command) => void,
  stop: () => void,
): (request: Request) => void {
  const state: State = { sessions: new Map(), inferences: new Map() };
  let stopped = false;
  let last: Promise<void> = Promise.resolve();
  return ({ id, command }) => {
    stopped ||= command.kind === 'stop';
    last = last.then(async () => {
      await setImmediate();
      if (stopped || command.kind === 'stop') return stop();
      answer({ id, result: await carryOut(command, state).catch(failure) }, command);
    });
  };
}

async function carryOut(command: Exclude<Command, { kind: 'stop' }>, state: State): Promise<Result> {
  const onnxruntime = await loadOnnxruntime();
  switch (command.kind) {
    case 'open': {
      const start = performance.now();
      const session = await createSession(onnxruntime, command.model, command.options);
      const loadMs = performance.now() - start;
      state.sessions.set(command.session, session);
      return {
        kind: 'opened',
        inputs: session.inputMetadata.map(toSessionValue),
        outputs: session.outputMetadata.map(toSessionValue),
        loadMs,
      };
    }
    case 'run': {
      const session = held(state.sessions, command.session);
      return { kind: 'ran', outputs: await run(onnxruntime, session, command.feeds, command.fetches) };
    }
    case 'endProfiling': {
      held(state.sessions, command.session).endProfiling();
      return { kind: 'profiled' };
    }
    case 'bind': {
      const session = held(state.sessions, command.session);
      const inputs = toOnnxruntimeFeeds(onnxruntime, command.feeds);
      state.inferences.set(command.session, () => session.run(inputs, command.fetches));
      return { kind: 'bound' };
    }
    case 'time': {
      const blocks: TimedBlock[] = [];
      for (const { session, length } of command.schedule) {
        blocks.push(await timeBlock(held(state.inferences, session), length));
      }
      return { kind: 'timed', blocks };
    }
    case 'usage':
      return { kind: 'usage', usage: readUsage() };
    case 'release': {
      const session = state.sessions.get(command.session);
      state.sessions.delete(command.session);
      state.inferences.delete(command.session);
      await session?.release();
      return { kind: 'released' };
    }
  }
}

function held<T>(items: ReadonlyMap<number, T>, session: number): T {
  const item = items.get(session);
  if (item === undefined) throw new Error('this session was released, or no inputs were bound to it');
  return item;
}

function failure(error: unknown): Result {
  return { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
}

let loaded: Promise<Onnxruntime> | undefined;

/**
 * onnxruntime reads this when it is loaded. Its builds for Linux since 1.29 otherwise send names and hashes of models
 * to their maker, from a thread whose time would be measured, and leave files in the temporary folder.
 */
const NO_TELEMETRY = 'ORT_DISABLE_TELEMETRY';

function loadOnnxruntime(): Promise<Onnxruntime> {
  process.env[NO_TELEMETRY] ??= '1';
  loaded ??= import('onnxruntime-node').then((onnxruntime) => {
    onnxruntime.env.logLevel = 'fatal';
    return onnxruntime;
  });
  return loaded;
}

function createSession(
  { InferenceSession }: Onnxruntime,
  model: ModelLocation,
  { optimization, threads, memoryPattern, config, profilePrefix, optimizedModelPath }: WireOptions,
): Promise<InferenceSession> {
  const options: InferenceSession.SessionOptions = {
    graphOptimizationLevel: optimization,
    logSeverityLevel: 4,
    enableMemPattern: memoryPattern,
    extra: config,
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    ...(profilePrefix === undefined ? {} : { enableProfiling: true, profileFilePrefix: profilePrefix }),
    ...(optimizedModelPath === undefined ? {} : { optimizedModelFilePath: optimizedModelPath }),
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
  const results = await session.run(toOnnxruntimeFeeds(onnxruntime, feeds), fetches);
  const outputs = new Map<string, HostTensor>();
  for (const [name, tensor] of Object.entries(results)) outputs.set(name, fromOnnxruntime(tensor));
  return outputs;
}

function toOnnxruntimeFeeds(onnxruntime: Onnxruntime, feeds: ReadonlyMap<string, HostTensor>): Record<string, Tensor> {
  return Object.fromEntries([...feeds].map(([name, tensor]) => [name, toOnnxruntime(onnxruntime, tensor)]));
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
