import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import {
  inputIsFolder,
  inputNotFound,
  outputFolderMissing,
  outputIsExternalData,
  outputIsFolder,
  outputIsInput,
} from '../messages.js';

const stem = (path: string) => basename(path, extname(path) === '.onnx' ? '.onnx' : '');

/** `<name>.compressed.onnx` beside the input. */
export function defaultOutput(input: string): string {
  return join(dirname(input), `${stem(input)}.compressed.onnx`);
}

/** `<name>.failed.onnx` beside the output: where a rejected result is kept. */
export function failedOutput(output: string): string {
  return join(dirname(output), `${stem(output).replace(/\.compressed$/, '')}.failed.onnx`);
}

/** @throws ModelError where there is no file to read */
export async function checkInput(input: string): Promise<void> {
  const found = await stat(input).catch(() => undefined);
  if (found === undefined) throw inputNotFound(input);
  if (found.isDirectory()) throw inputIsFolder(input);
}

const realOrResolved = (path: string) => realpath(path).catch(() => resolve(path));

/**
 * Refuses outputs that would destroy something: the input without `force`, a folder, an external data file of the
 * input, a folder that is not there.
 *
 * @param external data files that belong to the input
 * @throws UsageError
 */
export async function checkOutput(
  output: string,
  input: string,
  external: readonly string[],
  force: boolean,
): Promise<void> {
  const folder = dirname(resolve(output));
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined || !found.isDirectory()) throw outputFolderMissing(folder);
  const existing = await stat(output).catch(() => undefined);
  if (existing?.isDirectory()) throw outputIsFolder(output);
  const real = await realOrResolved(output);
  if (real === (await realOrResolved(input)) && !force) throw outputIsInput(output);
  for (const path of external) {
    if (real === (await realOrResolved(path))) throw outputIsExternalData(output);
  }
}
