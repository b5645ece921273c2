import type { LayerPart } from './layer-parts.js';

/** A layer that reads a group, as the samples show it. */
export interface SeenConsumer {
  /** The unit of each column of a part, or `OTHER`. */
  readonly unitOfColumn: Int32Array;
  readonly parts: readonly LayerPart[];
  /** Sum of the squares of all outputs of the layer, about their means; above 0. */
  readonly energy: number;
  /** [units, units]: products of what each two units add to the outputs of the layer, see `contributionsOf`. */
  readonly contributions: Float64Array;
}

/** Judges one group from the layers that read it, which it sees one after the other. */
export interface GroupJudge {
  see(consumer: SeenConsumer): void | Promise<void>;
  /** One number for each unit, after all layers. */
  scores(): Float64Array | Promise<Float64Array>;
}
