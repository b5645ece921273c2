import type { Change, LayerRepair } from '@onnx-compress/core';
import type { Format } from './format.js';

/** What a format does to some layers. */
export interface Offer {
  readonly changes: readonly Change[];
  /** What was tried on samples to lose less. */
  readonly repairs: readonly LayerRepair[];
}

/** Layers that move together since they share a weight, and what each format does to them. */
export interface LayerGroup {
  readonly labels: readonly string[];
  /** In the order of the formats; formats that leave these layers alone are missing. */
  readonly offers: ReadonlyMap<Format, Offer>;
}

/** One format for the layers of a group. */
export interface LayerChoice {
  readonly format: Format;
  readonly changes: readonly Change[];
  /** Bytes that the file grows by, below 0 where it shrinks. */
  readonly bytes: number;
  /** Noise that it brings to the outputs, as a part of their energy. */
  readonly noise: number;
}

/** The layers of a group with all their choices. */
export interface LayerChoices {
  readonly labels: readonly string[];
  readonly choices: readonly LayerChoice[];
}
