import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { GraphError } from '../error.js';
import type { ExternalFolder } from '../external/resolve.js';
import { fileSource } from './file-source.js';

/**
 * External data beside a model file. A location must stay inside the model's folder, also after following symbolic
 * links: a model is untrusted input and must not make the tool read other files (ONNX external data specification).
 *
 * @param folder the folder of the model file
 */
export function externalFolder(folder: string): ExternalFolder {
  return {
    async open(location) {
      const path = resolve(folder, location);
      if (location === '' || isAbsolute(location) || !isInside(resolve(folder), path)) throw outside(location);
      const real = await realpath(path).catch(() => undefined);
      if (real === undefined) throw missing(location);
      if (!isInside(await realpath(folder), real)) throw outside(location);
      if (!(await stat(real)).isFile()) throw missing(location);
      return fileSource(join(folder, location));
    },
  };
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function outside(location: string): GraphError {
  return new GraphError('EXTERNAL_OUTSIDE', `external data "${location}" lies outside the model's folder`, {
    hint: "put the data file into the model's folder and export again",
  });
}

function missing(location: string): GraphError {
  return new GraphError('EXTERNAL_MISSING', `external data "${location}" is missing`, {
    hint: 'put the data file beside the model',
  });
}
