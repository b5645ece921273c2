import type { QuantizedLayer } from '../report/quantized-layers.js';
import { formatBytesChange, formatCount } from './quantities.js';

/** A ratio in dB: `38.4 dB`; `exact` where nothing is lost. */
export const formatSnr = (snrDb: number | null): string => (snrDb === null ? 'exact' : `${snrDb.toFixed(1)} dB`);

const bound = (value: number) => String(Number(value.toPrecision(3)));

/** `-1.2 to 3.4`; empty where no range is known. */
export const formatRange = (range: QuantizedLayer['inputRange']): string =>
  range === null ? '' : `${bound(range[0])} to ${bound(range[1])}`;

/** `262.2 -> 68.2 kB`; `shared` where the bytes are counted with another layer. */
export const formatWeightBytes = ({ bytesBefore, bytesAfter }: QuantizedLayer): string =>
  bytesBefore === 0 ? 'shared' : formatBytesChange(bytesBefore, bytesAfter);

/** `yes`, `NO`; empty where it is not known. */
export const formatFused = (fused: boolean | null): string => (fused === null ? '' : fused ? 'yes' : 'NO');

/** `12 static, 3 weight-only`. */
export const formatForms = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([form, count]) => `${formatCount(count)} ${form}`)
    .join(', ');
