// What is asked of a benchmark on the models of the zoo, and the zoo itself.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../workspaces.mjs';

/**
 * The options of a benchmark of tables.
 *
 * @param name of the benchmark; its rows are kept in `dist/bench/<name>.jsonl`
 * @param own options that only this one has, or other defaults, as `parseArgs` reads them
 */
export function readOptions(name, own = {}) {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      draws: { type: 'string', default: '7' },
      quick: { type: 'boolean', default: false },
      rows: { type: 'string', default: join(root, `dist/bench/${name}.jsonl`) },
      json: { type: 'string' },
      render: { type: 'boolean', default: false },
      docs: { type: 'boolean', default: false },
      ...own,
    },
  });
  return values;
}

/** How many draws of samples are measured at most. */
export const mostDraws = ({ quick, draws }) => (quick ? 1 : Number(draws));

/** The names in the value of an option, undefined without it; throws for one that is not known. */
export function namesIn(text, known, what, separator = ';') {
  const names = text?.split(separator).map((name) => name.trim());
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`no ${what} "${unknown}"; there are: ${known.join(`${separator} `)}`);
  return names;
}

/** The folder of the zoo and what its `evaluate.mjs` exports. */
export async function openZoo() {
  const folder = process.env.ONNX_COMPRESS_ZOO;
  if (folder === undefined) throw new Error('set ONNX_COMPRESS_ZOO to the folder of the zoo');
  return { folder, ...(await import(join(folder, 'evaluate.mjs'))) };
}
