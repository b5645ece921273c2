import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { foldersUpFrom } from '../freshness/store.js';

/** Name of a config of its own. */
const CONFIG_FILE = 'compress.config.json';

const MANIFEST = 'package.json';

/** Key of the config in a `package.json`. */
export const CONFIG_KEY = 'onnx-compress';

/** A config as it was found, not checked yet; or why there is none. */
export type FoundConfig =
  | { readonly kind: 'found'; readonly path: string; readonly value: unknown }
  | { readonly kind: 'absent'; readonly folder: string }
  | { readonly kind: 'missing'; readonly path: string }
  | { readonly kind: 'unreadable' | 'malformed'; readonly path: string; readonly problem: string }
  | { readonly kind: 'twice'; readonly folder: string };

function parsed(path: string): FoundConfig {
  try {
    // Editors on Windows may put a byte order mark first.
    const text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
    return { kind: 'found', path, value: JSON.parse(text) };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { kind: error instanceof SyntaxError ? 'malformed' : 'unreadable', path, problem };
  }
}

/** The config in a `package.json`; undefined where it has none. */
function inManifest(path: string): FoundConfig | undefined {
  const manifest = parsed(path);
  if (manifest.kind !== 'found') return manifest;
  const { value } = manifest;
  if (typeof value !== 'object' || value === null || !(CONFIG_KEY in value)) return undefined;
  return { ...manifest, value: value[CONFIG_KEY] };
}

function ofFolder(folder: string): FoundConfig | undefined {
  const [own, manifest] = [join(folder, CONFIG_FILE), join(folder, MANIFEST)];
  const shared = existsSync(manifest) ? inManifest(manifest) : undefined;
  if (!existsSync(own)) return shared;
  return shared?.kind === 'found' ? { kind: 'twice', folder } : parsed(own);
}

/**
 * Finds the config of a project: the file that is named, else the nearest `compress.config.json` or `package.json`
 * with the key `onnx-compress`, from the folder upwards.
 */
export function findConfig(folder: string, named: string | undefined): FoundConfig {
  if (named !== undefined) {
    if (!existsSync(named)) return { kind: 'missing', path: named };
    return (basename(named) === MANIFEST ? inManifest(named) : parsed(named)) ?? { kind: 'missing', path: named };
  }
  for (const outer of foldersUpFrom(folder)) {
    const found = ofFolder(outer);
    if (found !== undefined) return found;
  }
  return { kind: 'absent', folder };
}
