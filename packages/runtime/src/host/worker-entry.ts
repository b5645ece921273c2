/** Entry of the worker thread or child process that holds onnxruntime. */
import { parentPort } from 'node:worker_threads';
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
    createServer((reply) => port.postMessage(reply, transferOf(reply)), stop),
  );
}

function transferOf({ result }: Reply): ArrayBuffer[] {
  if (result.kind !== 'ran') return [];
  return [...result.outputs.values()].flatMap((tensor) =>
    tensor.dataType !== 'string' && tensor.bytes.buffer instanceof ArrayBuffer ? [tensor.bytes.buffer] : [],
  );
}
