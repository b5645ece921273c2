/** Values that share a range. */
export interface ObservedClass {
  /** Names of values of the main graph, in floats. */
  readonly values: readonly string[];
  /** False where the range has to hold all that was seen, whatever the method says. */
  readonly mayClip: boolean;
}
