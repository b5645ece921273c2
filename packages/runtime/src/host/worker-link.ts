import { once } from 'node:events';
import { SHARE_ENV, Worker } from 'node:worker_threads';
import { detachCommand } from './compact.js';
import type { Link, LinkEvents } from './link.js';
import { isReply, type Request } from './protocol.js';
import { SpareBuffers } from './spare-buffers.js';

const STOP: Request = { id: 0, command: { kind: 'stop' } };

/**
 * Holds onnxruntime in a worker thread of this process: cheap, tensors are transferred, an abort takes all along.
 * The thread is asked to stop and never terminated: a native call whose thread is gone aborts the whole process.
 */
export function startWorker(entry: URL, events: LinkEvents): Link {
  const worker = new Worker(entry, { execArgv: [], env: SHARE_ENV });
  const spare = new SpareBuffers();
  let failure: string | undefined;
  let over = false;
  worker.on('message', (message) => {
    if (!isReply(message)) return;
    spare.giveBack(message.spent ?? []);
    events.reply(message);
  });
  worker.on('error', (error) => {
    failure = error instanceof Error ? error.message : String(error);
  });
  worker.on('exit', (code) => {
    over = true;
    events.ended(failure ?? `exit code ${code}`);
  });
  return {
    post: ({ id, command }) => {
      const detached = detachCommand(command, spare);
      worker.postMessage({ id, command: detached.command }, detached.transfer);
    },
    hold: (busy) => (busy ? worker.ref() : worker.unref()),
    stop: async () => {
      if (over) return;
      const gone = once(worker, 'exit');
      worker.ref();
      worker.postMessage(STOP);
      await gone;
    },
  };
}
