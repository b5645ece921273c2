/** True for an error of this `name`, of whatever realm and class: aborts are DOMExceptions in some hosts. */
export function isNamedError(value: unknown, name: string): boolean {
  return typeof value === 'object' && value !== null && 'name' in value && value.name === name;
}
