export { fold } from './fold.js';
export { cleanupTechniques } from './registry.js';
export { tidy } from './tidy.js';
