// The workspaces of this repository, with their manifests.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** Every workspace as `{ folder, path, manifest }`, in the order of the root manifest. */
export const workspaces = () =>
  readJson(join(root, 'package.json')).workspaces.map((folder) => {
    const path = join(root, folder);
    return { folder, path, manifest: readJson(join(path, 'package.json')) };
  });
