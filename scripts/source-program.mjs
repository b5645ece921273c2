// The TypeScript program over the sources of this repository, for scripts that read types instead of running code.
import { join } from 'node:path';
import ts from 'typescript';
import { root } from './workspaces.mjs';

/** A program with the compiler options of the build, in which packages import each other's sources, not their dist. */
export function sourceProgram(entries) {
  const configPath = join(root, 'tsconfig.base.json');
  const { config } = ts.readConfigFile(configPath, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  return ts.createProgram(entries, {
    ...options,
    composite: false,
    noEmit: true,
    types: ['node'],
    customConditions: ['@onnx-compress/source'],
  });
}
