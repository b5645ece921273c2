import { type Markup, markup } from '../page/markup.js';

/** What surrounds a drawing: its name for a screen reader and its height. */
export interface Frame {
  /** Unique in the page. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** Pixels. */
  readonly height: number;
}

/** An image as wide as its container; what is drawn places itself by percentages across and pixels down. */
export function picture({ id, title, description, height }: Frame, content: readonly Markup[]): Markup {
  return markup`<svg role="img" aria-labelledby="${id}-title ${id}-desc" width="100%" height="${height}">
<title id="${id}-title">${title}</title><desc id="${id}-desc">${description}</desc>
${content}
</svg>
`;
}

/** A layer of 100 by 100 units stretched over a picture, for shapes that percentages cannot place. */
export function stretched(height: number, content: readonly Markup[]): Markup {
  return markup`<svg width="100%" height="${height}" viewBox="0 0 100 100" preserveAspectRatio="none">${content}</svg>`;
}
