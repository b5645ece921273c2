import type { Talk } from '../output/progress.js';
import type { ParsedArguments } from './arguments.js';

/** How much the user wants to read; `--quiet` wins. */
export function talkOf(args: ParsedArguments): Talk {
  if (args.has('quiet')) return 'quiet';
  return args.has('verbose') ? 'verbose' : 'normal';
}
