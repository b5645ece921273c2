import type { Change } from '@onnx-compress/core';
import type { Format } from './format.js';

/** Layers that move together since they share a weight, and what each format does to them. */
export interface LayerGroup {
  readonly labels: readonly string[];
  /** Changes by format, in the order of the formats; formats that leave these layers alone are missing. */
  readonly offers: ReadonlyMap<Format, readonly Change[]>;
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
