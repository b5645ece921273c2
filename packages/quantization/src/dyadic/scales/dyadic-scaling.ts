/** How the scales of a dyadic model are restricted. */
export interface DyadicScaling {
  /** Significant bits of the scale of an activation; 1 for powers of two. */
  readonly mantissaBits: number;
  /** Significant bits of the multipliers of layers, at most. */
  readonly multiplierBits: number;
  /** True where weights add no bits of their own to the multipliers. */
  readonly plainWeights: boolean;
}
