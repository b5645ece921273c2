import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { textDigest } from './digest.js';

/** Name of the cache beside the config of a project without `node_modules`. */
const LOOSE_FOLDER = '.onnx-compress-cache';

/** What was found under a name: nothing, something damaged, or what was stored. */
export type Stored =
  | { readonly kind: 'absent' }
  | { readonly kind: 'damaged'; readonly path: string }
  | { readonly kind: 'found'; readonly value: unknown };

/** A folder and all folders around it, innermost first. */
export function* foldersUpFrom(folder: string): Generator<string> {
  yield folder;
  const outer = dirname(folder);
  if (outer !== folder) yield* foldersUpFrom(outer);
}

/**
 * The cache of a project: `node_modules/.cache/onnx-compress` of the nearest package with a `node_modules`, else
 * `.onnx-compress-cache` in the folder itself.
 */
export function cacheFolder(folder: string): string {
  for (const outer of foldersUpFrom(folder)) {
    const modules = join(outer, 'node_modules');
    if (existsSync(join(outer, 'package.json')) && existsSync(modules)) return join(modules, '.cache', 'onnx-compress');
  }
  return join(folder, LOOSE_FOLDER);
}

const fileOf = (folder: string, name: string) => join(folder, `${name}.json`);

/** Reads what `store` wrote; a file that is not exactly that counts as damaged. */
export function recall(folder: string, name: string): Stored {
  const path = fileOf(folder, name);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return { kind: 'absent' };
  }
  try {
    const { sha256, value }: { sha256?: unknown; value?: unknown } = JSON.parse(text) ?? {};
    if (sha256 === textDigest(JSON.stringify(value))) return { kind: 'found', value };
  } catch {
    // What is no JSON is damaged as well.
  }
  return { kind: 'damaged', path };
}

/** Writes atomically: another process finds the old text or the new one. @throws Error of the file system */
export function replaceFile(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Stores a JSON value under a name, together with its hash. @throws Error of the file system */
export function store(folder: string, name: string, value: object): void {
  const plain: unknown = JSON.parse(JSON.stringify(value));
  mkdirSync(folder, { recursive: true });
  replaceFile(fileOf(folder, name), JSON.stringify({ sha256: textDigest(JSON.stringify(plain)), value: plain }));
}
