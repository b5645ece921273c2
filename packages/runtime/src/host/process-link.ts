import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Link, LinkEvents } from './link.js';
import { isReply } from './protocol.js';

/**
 * V8 looks for tensors to give back when their bytes reach twice this size (in MB), and grows by up to 64 MB of them
 * otherwise.
 */
const COLLECTS_OFTEN = ['--max-semi-space-size=1'];

/**
 * Blocks from this size (in bytes) are given back to the system when they are free. By itself the C library of Linux
 * raises its limit to the largest block that was freed, and keeps the weights of a model that was released.
 */
const GIVEN_BACK = { MALLOC_MMAP_THRESHOLD_: String(2 ** 20) };

/** Holds onnxruntime in a child process: a model that makes it abort ends the child and not this process. */
export function startProcess(entry: URL, events: LinkEvents): Link {
  const child = fork(entry, {
    execArgv: COLLECTS_OFTEN,
    env: { ...GIVEN_BACK, ...process.env },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  let over = false;
  const end = (how: string): void => {
    if (over) return;
    over = true;
    events.ended(how);
  };
  child.on('message', (message) => isReply(message) && events.reply(message));
  child.on('error', (error) => end(error.message));
  child.on('exit', (code, signal) => end(signal === null ? `exit code ${code}` : `signal ${signal}`));
  return {
    post: (request) => child.send(request, (error) => error !== null && end(error.message)),
    hold: (busy) => hold(child, busy),
    stop: async () => {
      if (over) return;
      const gone = once(child, 'exit');
      hold(child, true);
      child.kill('SIGKILL');
      await gone;
    },
  };
}

function hold(child: ChildProcess, busy: boolean): void {
  if (busy) {
    child.ref();
    child.channel?.ref();
  } else {
    child.unref();
    child.channel?.unref();
  }
}
