import { type Markup, markup } from '../page/markup.js';

/** How many looks of series there are before they repeat. */
const LOOKS = 6;

/** Classes of series, which give them colour and dash; the first is grey only where it is what was before. */
export function seriesLooks(labels: readonly string[]): readonly string[] {
  const first = labels[0] === 'before' ? 0 : 1;
  return labels.map((_, index) => `s${(first + index) % LOOKS}`);
}

/** How the sample beside a name looks. */
type Sample = 'area' | 'line' | 'hatched' | 'ring' | 'band' | 'point';

/** One entry of a legend. */
export interface LegendEntry {
  readonly label: string;
  readonly look: string;
  readonly sample: Sample;
}

const SAMPLES: Readonly<Record<Sample, Markup>> = {
  area: markup`<rect width="14" height="10" y="1"/>`,
  band: markup`<rect width="14" height="12"/>`,
  line: markup`<line x1="0" x2="14" y1="6" y2="6"/>`,
  point: markup`<circle cx="7" cy="6" r="5"/>`,
  ring: markup`<circle class="ring" cx="7" cy="6" r="5"/>`,
  hatched: markup`<path class="hatching" d="M1 11 5 1M5 11 9 1M9 11 13 1"/>`,
};

/** What the colours and forms of a figure mean. */
export function legend(entries: readonly LegendEntry[]): Markup {
  const items = entries.map(
    ({ label, look, sample }) =>
      markup`<li><svg class="${look}" width="14" height="12" aria-hidden="true">${SAMPLES[sample]}</svg>${label}</li>`,
  );
  return markup`<ul class="legend">${items}</ul>\n`;
}
