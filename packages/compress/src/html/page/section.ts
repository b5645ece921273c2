import { type Markup, markup } from './markup.js';

/** One part of a page: what it shows of its subject, or undefined where that has nothing to show. */
export interface PageSection<Subject> {
  /** Unique in the page, and its address in it. */
  readonly id: string;
  readonly title: string;
  readonly render: (subject: Subject) => Markup | undefined;
}

/** A section that has something to show. */
export interface DrawnSection {
  readonly id: string;
  readonly title: string;
  readonly content: Markup;
}

/** The sections that have something to show, in their order. */
export function drawSections<Subject>(
  sections: readonly PageSection<Subject>[],
  subject: Subject,
): readonly DrawnSection[] {
  return sections.flatMap(({ id, title, render }) => {
    const content = render(subject);
    return content === undefined ? [] : [{ id, title, content }];
  });
}

/** A section with its heading. */
export function sectionMarkup({ id, title, content }: DrawnSection): Markup {
  return markup`<section id="${id}" aria-labelledby="${id}-heading"><h2 id="${id}-heading">${title}</h2>
${content}</section>
`;
}
