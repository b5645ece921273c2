/** Text of the page without its style sheet, which is no part of what is told. */
export const withoutStyle = (page: string): string => page.replace(/<style>[\s\S]*?<\/style>\n/, '');

/** The order of the headings: `[1, 2, 3, 3, 2]`. */
export const headingLevels = (page: string): readonly number[] =>
  [...page.matchAll(/<h([1-6])[ >]/g)].map(([, level]) => Number(level));

/** Every id of the page. */
export const idsOf = (page: string): readonly string[] =>
  [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id ?? '');

/** Every id that something in the page points at. */
export const referencesOf = (page: string): readonly string[] =>
  [...page.matchAll(/(?:href="#|url\(#|aria-labelledby=")([^")]*)/g)].flatMap(([, ids]) => (ids ?? '').split(' '));

/** What a page would have to load or run. */
export const EXTERNAL = /https?:|\bsrc=|url\((?!#)|@import|<(?:script|img|iframe|link|object|embed|form)\b|\son\w+=/i;

/** What a download link holds. */
export const downloadOf = (page: string): string =>
  decodeURIComponent(
    /href="data:[^,"]*,([^"]*)"/.exec(page)?.[1]?.replaceAll('&#39;', "'").replaceAll('&amp;', '&') ?? '',
  );
