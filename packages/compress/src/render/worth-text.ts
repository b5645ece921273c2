import type { WorthRecord } from '../report/worth.js';

const SPEEDS: Readonly<Record<WorthRecord['speed'], string>> = {
  faster: 'faster',
  same: 'as fast',
  slower: 'SLOWER',
  undecided: 'speed undecided',
  unknown: 'not timed',
};

const SIZES: Readonly<Record<WorthRecord['size'], string>> = {
  smaller: 'smaller',
  same: 'same size',
  larger: 'LARGER',
};

/** Whether a quantized result is worse than its original in size or time. */
export const isWorse = ({ speed, size }: WorthRecord): boolean => speed === 'slower' || size === 'larger';

/** `smaller, faster`; `smaller, SLOWER`; `smaller, not timed: verification is off`. */
export function worthText({ speed, size, untimed }: WorthRecord): string {
  return `${SIZES[size]}, ${SPEEDS[speed]}${untimed === undefined ? '' : `: ${untimed}`}`;
}

/** A sentence for each cause of a worse result: `2 layers (a, b) ...; try activations=none`. */
export function causeTexts({ causes }: WorthRecord): readonly string[] {
  return causes.map(({ cause, alternative }) => `${cause}; try: ${alternative}`);
}
