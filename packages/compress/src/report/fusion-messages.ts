import { formatBytes } from '../render/quantities.js';

/* Why nobody looked whether layers are computed on integers. */

export const fusionTooLarge = (bytes: number, most: number): string =>
  `the file of ${formatBytes(bytes)} is not loaded once more for that, as those below ${formatBytes(most)} are`;

export const optimizedNotWritten = (reason: string): string => `onnxruntime did not tell what it runs: ${reason}`;
