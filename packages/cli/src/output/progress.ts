import type { CompressEvent, Diagnostic } from 'onnx-compress';
import type { TextStream } from '../run.js';
import { timeLeft } from './time-left.js';

/** Least time between two redraws of the live line, in milliseconds. */
const REDRAW = 100;

const CLEAR = '\r\u001B[2K';

/** How much is said. */
export type Talk = 'quiet' | 'normal' | 'verbose';

/**
 * Tells a person on stderr how a run goes: one live line on a terminal, one line per finished step elsewhere.
 * Warnings stay readable above the live line.
 */
export class ProgressPrinter {
  #drawn = 0;
  #started = 0;
  #live = false;

  constructor(
    private readonly stream: TextStream,
    private readonly talk: Talk,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Takes the events of a run; bound, so that it can be passed on. */
  readonly listen = (event: CompressEvent): void => {
    if (this.talk === 'quiet') return;
    if (event.type === 'diagnostic') this.warn(event.diagnostic);
    else if (event.type === 'step-start') this.#start(event);
    else if (event.type === 'step-progress') this.#progress(event);
    else if (event.type === 'step-end') this.#end(event);
    else if (this.talk === 'verbose') this.#line(event.phase);
  };

  /** Prints a warning on a line of its own; what would help only where much is said. */
  readonly warn = ({ message, node, hint }: Diagnostic): void => {
    if (this.talk === 'quiet') return;
    this.#line(`warning: ${node === undefined ? '' : `${node}: `}${message.replace(/\s*\n\s*/g, ' ')}`);
    if (this.talk === 'verbose' && hint !== undefined) this.#line(`  ${hint}`);
  };

  /** Removes the live line; to be called before anything else is printed. */
  clear(): void {
    if (this.#live) this.stream.write(CLEAR);
    this.#live = false;
  }

  #start({ step }: Extract<CompressEvent, { type: 'step-start' }>): void {
    this.#started = this.now();
    this.#draw(step.name);
  }

  #progress({ step, done, total, label }: Extract<CompressEvent, { type: 'step-progress' }>): void {
    if (this.now() - this.#drawn < REDRAW) return;
    const part = total === 0 ? undefined : done / total;
    const left = timeLeft(this.now() - this.#started, part ?? 0);
    this.#draw(
      [
        step.name,
        ...(part === undefined ? [] : [`${Math.floor(part * 100)} %`]),
        ...(left === undefined ? [] : [left]),
        ...(label === undefined ? [] : [label]),
      ].join(' '),
    );
  }

  #end({ step, outcome }: Extract<CompressEvent, { type: 'step-end' }>): void {
    this.clear();
    if (this.stream.isTTY === true && this.talk !== 'verbose') return;
    const seconds = ((this.now() - this.#started) / 1000).toFixed(1);
    if (outcome === 'done') this.#line(`${step.name} ${seconds} s`);
  }

  #draw(text: string): void {
    if (this.stream.isTTY !== true) return;
    this.#drawn = this.now();
    this.#live = true;
    this.stream.write(`${CLEAR}${text.slice(0, (this.stream.columns ?? 80) - 1)}`);
  }

  #line(text: string): void {
    this.clear();
    this.stream.write(`${text}\n`);
  }
}
