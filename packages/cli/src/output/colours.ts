import picocolors from 'picocolors';
import type { Io, TextStream } from '../run.js';

/** A terminal that shows colours; `NO_COLOR` switches that off (no-color.org). */
export function coloursFor(stream: TextStream, { env }: Pick<Io, 'env'>) {
  return picocolors.createColors(stream.isTTY === true && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb');
}

/** Marks text red where the stream is a terminal that shows colours. */
export function redFor(stream: TextStream, io: Pick<Io, 'env'>): (text: string) => string {
  return coloursFor(stream, io).red;
}

/** Marks text green where the stream is a terminal that shows colours. */
export function greenFor(stream: TextStream, io: Pick<Io, 'env'>): (text: string) => string {
  return coloursFor(stream, io).green;
}
