/** Entry of the worker thread or child process that holds onnxruntime. */
import { parentPort } from 'node:worker_threads';
import { freeMemory } from '../memory/free-memory.js';
import { Traffic } from '../memory/traffic.js';
import type { HostTensor } from './contract.js';
import type { Command, Reply } from './protocol.js';
import { createServer } from './server.js';

if (parentPort === null) {
  const stop = (): void => process.disconnect();
  // A terminal sends Ctrl-C to the whole process group; the parent decides what becomes of this process.
  process.on('SIGINT', () => {});
  const traffic = new Traffic();
  process.on(
    'message',
    createServer((reply, command) => {
      process.send?.(reply);
      const [read, written] = [inputBuffers(command), outputBuffers(reply)];
      const bytes = bytesOf([...read, ...written]);
      // The message is a copy, and onnxruntime's memory is its own again once the outputs are freed.
      for (const buffer of written) freeMemory(buffer);
      traffic.count(bytes);
    }, stop),
  );
} else {
  const port = parentPort;
  const stop = (): void => port.close();
  port.on(
    'message',
    createServer((reply, command) => {
      const spent = inputBuffers(command);
      port.postMessage({ ...reply, spent }, [...outputBuffers(reply), ...spent]);
    }, stop),
  );
}

function inputBuffers(command: Command): readonly ArrayBuffer[] {
  return command.kind === 'run' ? buffersOf(command.feeds) : [];
}

function outputBuffers({ result }: Reply): readonly ArrayBuffer[] {
  return result.kind === 'ran' ? buffersOf(result.outputs) : [];
}

/** The memory behind tensors, each buffer once. */
function buffersOf(tensors: ReadonlyMap<string, HostTensor>): readonly ArrayBuffer[] {
  const buffers = Array.from(tensors.values(), (tensor) =>
    tensor.dataType !== 'string' && tensor.bytes.buffer instanceof ArrayBuffer ? [tensor.bytes.buffer] : [],
  );
  return [...new Set(buffers.flat())];
}

function bytesOf(buffers: readonly ArrayBuffer[]): number {
  return buffers.reduce((sum, { byteLength }) => sum + byteLength, 0);
}
