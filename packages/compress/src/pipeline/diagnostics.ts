import type { CompressEvent, Diagnostic } from '@onnx-compress/core';

/** Collects what a run warns about, each text once, and tells the listener at once. */
export class Diagnostics {
  readonly #seen = new Map<string, Diagnostic>();

  constructor(private readonly emit: (event: CompressEvent) => void) {}

  readonly warn = (diagnostic: Diagnostic): void => {
    if (this.#seen.has(diagnostic.message)) return;
    this.#seen.set(diagnostic.message, diagnostic);
    this.emit({ type: 'diagnostic', diagnostic });
  };

  get all(): readonly Diagnostic[] {
    return [...this.#seen.values()];
  }
}
