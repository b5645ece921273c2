import { percent } from '../charts/label.js';
import { type Markup, markup } from './markup.js';

/** One figure at a glance, with what it was before where that is known. */
export interface Card {
  readonly label: string;
  readonly value: string;
  readonly before?: string | undefined;
  /** What the change means, in words. */
  readonly change?: string | undefined;
  readonly tone?: 'good' | 'bad' | 'warn' | 'soft' | undefined;
  readonly note?: string | undefined;
  /** Lengths of the two small bars. */
  readonly bars?: { readonly before: number; readonly after: number } | undefined;
}

function pair({ before, after }: NonNullable<Card['bars']>, tone: Card['tone']): Markup {
  const largest = Math.max(before, after, Number.MIN_VALUE);
  const grown = after > before && tone === 'bad' ? 'to grown' : 'to';
  return markup`<svg class="pair" width="100%" height="11" aria-hidden="true"><rect class="from" width="${percent(before / largest)}" height="4" rx="2"/><rect class="${grown}" y="6" width="${percent(after / largest)}" height="5" rx="2"/></svg>`;
}

function drawCard({ label, value, before, change, tone = 'soft', note, bars }: Card): Markup {
  const from = before === undefined ? undefined : markup` <span class="from">from ${before}</span>`;
  return markup`<li class="card"><h3>${label}</h3><p><span class="value">${value}</span>${from}</p>
${bars && pair(bars, tone)}${change && markup`<p class="change ${tone}">${change}</p>`}${note && markup`<p class="note">${note}</p>`}</li>
`;
}

/** More cards than this stand in two rows. */
const MOST_COLUMNS = 5;

/** Cards side by side. */
export function drawCards(cards: readonly (Card | undefined)[]): Markup {
  const shown = cards.filter((card) => card !== undefined);
  const columns = shown.length > MOST_COLUMNS ? Math.ceil(shown.length / 2) : shown.length;
  return markup`<ul class="cards" style="--columns: ${columns}">${shown.map(drawCard)}</ul>\n`;
}
