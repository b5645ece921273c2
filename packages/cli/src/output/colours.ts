import picocolors from 'picocolors';
import type { Io, TextStream } from '../run.js';

/** Marks text red on a terminal that shows colours; `NO_COLOR` switches that off (no-color.org). */
export function redFor(stream: TextStream, { env }: Pick<Io, 'env'>): (text: string) => string {
  const coloured = stream.isTTY === true && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
  return picocolors.createColors(coloured).red;
}
