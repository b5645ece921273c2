/** JSON with two spaces of indent and a final line break. */
export function renderJson(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
