/** Element types that onnxruntime knows and onnxruntime-node has no name for, by their number. */
const UNNAMED_TYPES: Readonly<Record<string, string>> = {
  14: 'complex64',
  15: 'complex128',
  16: 'bfloat16',
  17: 'float8e4m3fn',
  18: 'float8e4m3fnuz',
  19: 'float8e5m2',
  20: 'float8e5m2fnuz',
};

/** What onnxruntime's texts carry besides the reason, and what is left of it. Applied in this order. */
const REPLACEMENTS: readonly (readonly [RegExp, string])[] = [
  [/\s+/g, ' '],
  // A source file with its line, then the whole signature of the C++ function.
  [/\S*onnxruntime\S*\.(?:cc|h|cpp|hpp):\d+ [^()]*\((?:[^()]|\([^()]*\))*\) (?:const )?/g, ''],
  [/\[ONNXRuntimeError\] : \d+ : [A-Z_]+ : /g, ''],
  [/\b\w+\.(?:cc|h):\d+ \w+ /g, ''],
  [/Exception during initialization: /g, ''],
  [/^Load model from .*? failed: ?/g, ''],
  [/Non-zero status code returned while running (\S+) node\. Name:'([^']*)' Status Message: /g, "$1 node '$2': "],
  [/^This is an invalid model\. (?:Error: )?/g, ''],
];

/**
 * One line of a text of onnxruntime, without source paths, C++ signatures and prefixes.
 *
 * @example
 * cleanMessage("Non-zero status code returned while running Gather node. Name:'g' Status Message: idx=9 is out");
 * // "Gather node 'g': idx=9 is out"
 */
export function cleanMessage(text: string): string {
  let line = text;
  for (const [pattern, replacement] of REPLACEMENTS) line = line.replace(pattern, replacement);
  return line
    .trim()
    .replace(/^Unsupported data type: (\d+)$/, (whole, type: string) => {
      const name = UNNAMED_TYPES[type];
      return name === undefined ? whole : `an input or output has type ${name}, which onnxruntime-node cannot pass`;
    })
    .replace(/[.\s]+$/, '');
}
