/** Style of print: light, everything folded away shown, no navigation. */
export const PRINT = `@media print {
:root { color-scheme: light; }
body { background: none; font-size: 10pt; }
nav, .skip { display: none; }
section { border: 0; padding: 0; break-inside: auto; }
.card, figure svg, tr { break-inside: avoid; }
h2, h3, figcaption, summary { break-after: avoid; }
details::details-content { content-visibility: visible; block-size: auto; }
details:not([open]) > :not(summary) { display: block; }
summary { list-style: none; color: inherit; }
.scroll { overflow: visible; }
* { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
