import { fold } from './fold.js';
import { tidy } from './tidy.js';

/** All cleanup techniques, in the order in which a pipeline runs them. */
export const cleanupTechniques = [tidy, fold] as const;
