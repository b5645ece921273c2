import type { HostTensor, ModelLocation, OptimizationLevel, SessionValue } from './contract.js';
import type { BlockLength, HostUsage, TimedBlock } from './timing-contract.js';

/** Session options as they cross to the worker or process: everything decided, nothing left to defaults. */
export interface WireOptions {
  readonly optimization: OptimizationLevel;
  readonly threads: number | undefined;
  readonly memoryPattern: boolean;
  readonly config: Readonly<Record<string, string>>;
  readonly profilePrefix: string | undefined;
  readonly optimizedModelPath: string | undefined;
}

/** What the main thread asks of the worker or process. */
export type Command =
  | { readonly kind: 'open'; readonly session: number; readonly model: ModelLocation; readonly options: WireOptions }
  | {
      readonly kind: 'run';
      readonly session: number;
      readonly feeds: ReadonlyMap<string, HostTensor>;
      readonly fetches: readonly string[];
    }
  | { readonly kind: 'endProfiling'; readonly session: number }
  | {
      readonly kind: 'bind';
      readonly session: number;
      readonly feeds: ReadonlyMap<string, HostTensor>;
      readonly fetches: readonly string[];
    }
  | {
      readonly kind: 'time';
      readonly schedule: readonly { readonly session: number; readonly length: BlockLength }[];
    }
  | { readonly kind: 'usage' }
  | { readonly kind: 'release'; readonly session: number }
  | { readonly kind: 'stop' };

/** A command with the number that its reply carries. */
export interface Request {
  readonly id: number;
  readonly command: Command;
}

/** What a command gave. */
export type Result =
  | {
      readonly kind: 'opened';
      readonly inputs: readonly SessionValue[];
      readonly outputs: readonly SessionValue[];
      readonly loadMs: number;
    }
  | { readonly kind: 'ran'; readonly outputs: ReadonlyMap<string, HostTensor> }
  | { readonly kind: 'profiled' }
  | { readonly kind: 'bound' }
  | { readonly kind: 'timed'; readonly blocks: readonly TimedBlock[] }
  | { readonly kind: 'usage'; readonly usage: HostUsage }
  | { readonly kind: 'released' }
  | { readonly kind: 'failed'; readonly message: string };

/** The answer to the request of the same number. */
export interface Reply {
  readonly id: number;
  readonly result: Result;
  /** Memory of the inputs, which a thread hands back when it is done with them. */
  readonly spent?: readonly ArrayBuffer[];
}

/** Tells a reply from other messages of a worker or process. */
export function isReply(message: unknown): message is Reply {
  return typeof message === 'object' && message !== null && 'id' in message && 'result' in message;
}
