/** How a value between layers is stored as integers: `value = scale * (integer - zeroPoint)`, one scale for all of it. */
export interface ActivationScale {
  readonly dataType: 'uint8' | 'int8';
  /** A normal, positive float32. */
  readonly scale: number;
  readonly zeroPoint: number;
}

/** What values reach; always with zero inside, since padding and activation functions need it exact. */
export interface Range {
  readonly low: number;
  readonly high: number;
}
