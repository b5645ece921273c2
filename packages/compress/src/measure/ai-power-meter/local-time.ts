const two = (value: number) => String(value).padStart(2, '0');

/**
 * Local time as Python prints it, `2026-11-22 04:54:34.589000`: six digits of the second and no zone, for
 * `datetime.fromisoformat` reads nothing else before Python 3.11.
 *
 * @param milliseconds since 1970, with fractions
 */
export function localTime(milliseconds: number): string {
  const microseconds = Math.round(milliseconds * 1000);
  const date = new Date(Math.floor(microseconds / 1000));
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  return `${day} ${time}.${String(microseconds % 1e6).padStart(6, '0')}`;
}
