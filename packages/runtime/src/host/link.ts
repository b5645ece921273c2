import type { Reply, Request } from './protocol.js';

/** What a link tells its owner. After `ended` nothing more comes. */
export interface LinkEvents {
  reply(reply: Reply): void;
  /** The thread or process is gone; `how` names its exit code or signal. */
  ended(how: string): void;
}

/** A running worker thread or child process that holds onnxruntime. */
export interface Link {
  post(request: Request): void;
  /** While true, the link keeps this process alive; an idle one does not. */
  hold(busy: boolean): void;
  /** Ends the thread or process. Resolves when it is gone; a thread first finishes its native call. */
  stop(): Promise<void>;
}

/** Starts a worker thread or child process. */
export type StartLink = (entry: URL, events: LinkEvents) => Link;
