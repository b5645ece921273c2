// Prints what a benchmark measured against its bar and lets the process fail where a bar is missed.

/** One line: name, measured figure, bar, ok or MISSED. */
export function judge(name, measured, limit, format) {
  const ok = measured <= limit;
  if (!ok) process.exitCode = 1;
  console.log(
    `${name.padEnd(52)} ${format(measured).padStart(10)}   bar ${format(limit).padEnd(9)} ${ok ? 'ok' : 'MISSED'}`,
  );
}

export const megabytes = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;
export const times = (ratio) => `${ratio.toFixed(2)}x`;
