import { collectGarbage } from './collect-garbage.js';

/** Bytes of tensors after which it pays to look for dead ones among the new objects. */
const MINOR_AFTER = 4 * 2 ** 20;

/** Bytes of tensors after which it pays to look for dead ones among all objects. */
const MAJOR_AFTER = 64 * 2 ** 20;

/** Tensors that come and go. Dead ones are collected every few megabytes, before they pile up. */
export class Traffic {
  #sinceMinor = 0;
  #sinceMajor = 0;

  /** Call it where the tensors counted before are no longer used. */
  count(bytes: number): void {
    this.#sinceMinor += bytes;
    this.#sinceMajor += bytes;
    if (this.#sinceMajor >= MAJOR_AFTER) {
      collectGarbage('major');
      this.#sinceMajor = 0;
    } else if (this.#sinceMinor >= MINOR_AFTER) {
      collectGarbage('minor');
    } else {
      return;
    }
    this.#sinceMinor = 0;
  }
}
