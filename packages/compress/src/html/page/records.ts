import { type Markup, markup } from './markup.js';

/** A name and what it stands for. */
export type Entry = readonly [name: string, value: string | Markup];

/** Names with their values, one below the other. */
export function drawRecord(entries: readonly (Entry | undefined)[]): Markup {
  const rows = entries.map((entry) => entry && markup`<dt>${entry[0]}</dt><dd>${entry[1]}</dd>\n`);
  return markup`<dl class="record">${rows}</dl>\n`;
}

/** Names with short values, side by side. */
export function drawFacts(entries: readonly Entry[]): Markup | undefined {
  if (entries.length === 0) return undefined;
  return markup`<dl class="facts">${entries.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>\n`;
}

/** Lines with bullets. */
export function drawList(lines: readonly (string | Markup)[]): Markup {
  return markup`<ul class="list">${lines.map((line) => markup`<li>${line}</li>\n`)}</ul>\n`;
}

/** Short statements in coloured frames. */
export function drawBadges(badges: readonly ({ readonly tone: string; readonly text: string } | undefined)[]): Markup {
  const items = badges.map((badge) => badge && markup`<li class="badge ${badge.tone}">${badge.text}</li>`);
  return markup`<ul class="badges">${items}</ul>\n`;
}
