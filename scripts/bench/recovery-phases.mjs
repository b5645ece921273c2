// Time of the phases of a step, from the events of a run.

/** The name before the first colon of a progress label. */
const phaseOf = (label) => label?.split(': ')[0] ?? 'step';

/**
 * Adds up the time between progress events of a run with one step. What passes between two phases counts for the later one, what lies outside
 * of the step as `other`.
 */
export class PhaseClock {
  #last = performance.now();
  #seconds = new Map();
  #phase = 'other';

  /** Takes the events of a run; bound, so that it can be passed on. */
  listen = (event) => {
    if (event.type === 'step-progress') this.#phase = phaseOf(event.label);
    else if (event.type === 'step-start' || event.type === 'phase') this.#pass('other');
    if (event.type === 'step-progress' || event.type === 'step-end') this.#pass(this.#phase);
  };

  #pass(phase) {
    const now = performance.now();
    this.#seconds.set(phase, (this.#seconds.get(phase) ?? 0) + (now - this.#last) / 1000);
    this.#last = now;
  }

  /** Seconds by phase, in the order in which the phases began. */
  end() {
    this.#pass('other');
    return Object.fromEntries(this.#seconds);
  }
}
