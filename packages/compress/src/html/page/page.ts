import { CHARTS } from './chart-style.js';
import { COLOURS } from './colours.js';
import { LAYOUT } from './layout-style.js';
import { Markup, markup } from './markup.js';
import { PRINT } from './print-style.js';
import { type DrawnSection, sectionMarkup } from './section.js';

/** A whole page. */
export interface Page {
  /** What the browser calls it. */
  readonly title: string;
  /** Head of the page, with its only first-order heading. */
  readonly top: Markup;
  readonly sections: readonly DrawnSection[];
  readonly foot: Markup;
}

/** Nothing is loaded and nothing runs, whatever a model calls its nodes. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

const STYLE = new Markup(COLOURS + LAYOUT + CHARTS + PRINT);

const link = ({ id, title }: DrawnSection) => markup`<li><a href="#${id}">${title}</a></li>`;

/** One self-contained HTML file, without scripts and without addresses of anything outside of it. */
export function drawPage({ title, top, sections, foot }: Page): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>
${STYLE}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header class="wrap top">
${top}</header>
<nav class="wrap" aria-label="Sections"><ol>${sections.map(link)}</ol></nav>
<main class="wrap" id="content" tabindex="-1">
${sections.map(sectionMarkup)}</main>
<footer class="wrap">
${foot}</footer>
</body>
</html>
`.text;
}
