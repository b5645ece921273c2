export { main, type ProcessLike } from './main.js';
export { type Io, run } from './run.js';
