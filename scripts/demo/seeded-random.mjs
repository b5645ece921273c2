// Random choices that are the same on every machine: the 32-bit generator "mulberry32".

/** Draws from one stream; equal seeds give equal draws. */
export class SeededRandom {
  #state;

  constructor(seed) {
    this.#state = seed | 0;
  }

  /** Uniform in [0, 1). */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let bits = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Uniform from `low` to `high`. */
  between(low, high) {
    return low + (high - low) * this.next();
  }

  /** A whole number from `low` to `high`, both included. */
  whole(low, high) {
    return low + Math.floor((high - low + 1) * this.next());
  }

  pick(choices) {
    return choices[Math.floor(choices.length * this.next())];
  }

  isTrue(probability) {
    return this.next() < probability;
  }
}
