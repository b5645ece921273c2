/** Entry of the worker thread or child process that holds onnxruntime. */
import { parentPort } from 'node:worker_threads';
import type { HostTensor } from './contract.js';
import type { Reply } from './protocol.js';
import { createServer } from './server.js';

if (parentPort === null) {
  const stop = (): void => process.disconnect();
  // A terminal sends Ctrl-C to the whole process group; the parent decides what becomes of this process.
  process.on('SIGINT', () => {});
  process.on(
    'message',
    createServer((reply) => process.send?.(reply), stop),
  );
} else {
  const port = parentPort;
  const stop = (): void => port.close();
  port.on(
    'message',
    createServer((reply, command) => {
      const spent = command.kind === 'run' ? buffersOf(command.feeds) : [];
      port.postMessage({ ...reply, spent }, [...outputBuffers(reply), ...spent]);
    }, stop),
  );
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
