/** Characters that Markdown or HTML would take for markup; in a table a bar ends the cell. */
const SPECIAL = /[\\`*_{}[\]<>#|~&@]/g;

/** Text of a model, such as a node name, as Markdown shows it: nothing in it formats, links, mentions or ends a cell. */
export function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ').replaceAll(SPECIAL, (character) => `&#${character.charCodeAt(0)};`);
}

/** Text as code; one that holds a backtick or bar is escaped instead. */
export function markdownCode(text: string): string {
  return /[`|\r\n]/.test(text) ? escapeMarkdown(text) : `\`${text}\``;
}

const tableRow = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

/** A table; its cells are Markdown already. Columns after the first are aligned right. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const alignment = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [tableRow(head), tableRow(alignment), ...rows.map(tableRow)].join('\n');
}

/** Lines with bullets. */
export const markdownList = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n');

/** Something folded away until it is asked for; the summary is plain text. */
export function markdownFolded(summary: string, content: string): string {
  return `<details><summary>${escapeMarkdown(summary)}</summary>\n\n${content}\n\n</details>`;
}
