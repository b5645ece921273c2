import { type Markup, markup } from './markup.js';

/** Something that is folded away until it is asked for; printed open. */
export function folded(summary: string | Markup, content: Markup): Markup {
  return markup`<details><summary>${summary}</summary>
${content}</details>
`;
}
