/** How many positions of one axis factor are left; `size` is their number in the original model. */
export interface Counter {
  readonly size: number;
  kept: number;
}
