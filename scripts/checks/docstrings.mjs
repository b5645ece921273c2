// Public exports without a docstring.
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { sourceProgram } from '../source-program.mjs';
import { root, workspaces } from '../workspaces.mjs';

const entryPoints = () =>
  workspaces()
    .flatMap(({ path }) => [join(path, 'src/index.ts'), join(path, 'src/node.ts')])
    .filter((path) => existsSync(path));

const isAlias = (symbol) => (symbol.flags & ts.SymbolFlags.Alias) !== 0;

/** Lines `path: name` for every export of `entries` whose declaration has no docstring. */
export function undocumentedExports(entries = entryPoints()) {
  const program = sourceProgram(entries);
  const checker = program.getTypeChecker();
  const found = new Set();
  for (const entry of entries) {
    const source = program.getSourceFile(entry);
    const module = source && checker.getSymbolAtLocation(source);
    for (const exported of module ? checker.getExportsOfModule(module) : []) {
      const symbol = isAlias(exported) ? checker.getAliasedSymbol(exported) : exported;
      if (symbol.getDocumentationComment(checker).length > 0) continue;
      const file = symbol.declarations?.[0]?.getSourceFile().fileName ?? entry;
      if (!file.includes('node_modules')) found.add(`${relative(root, file)}: ${exported.name} has no docstring`);
    }
  }
  return [...found].sort();
}
