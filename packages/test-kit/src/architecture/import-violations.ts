import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { IMPORT_TABLE, publishedName } from './import-table.js';
import { specifiersOf } from './specifiers.js';

/** A source file of a package; `path` is relative to the package folder, with forward slashes. */
export interface SourceFile {
  readonly folder: string;
  readonly path: string;
  readonly text: string;
}

/** Runtime dependencies of a package's manifest, by folder name. */
export type DeclaredDependencies = Readonly<Record<string, readonly string[]>>;

/** Entry points beside a package's public one, for programs that must start without loading all of it. */
const LIGHT_ENTRIES: ReadonlySet<string> = new Set(['onnx-compress/freshness', '@onnx-compress/runtime/environment']);

const FOLDERS = new Map(Object.keys(IMPORT_TABLE).map((folder) => [publishedName(folder), folder]));

const packageNameOf = (specifier: string) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

const isBuiltin = (specifier: string) => specifier.startsWith('node:') || builtinModules.includes(specifier);

const key = (folder: string, path: string) => `${folder}/${path}`;

/** Files that `entry` reaches through relative imports. */
function reachableFrom(entry: string, files: ReadonlyMap<string, SourceFile>): ReadonlySet<string> {
  const reached = new Set<string>();
  const pending = [entry];
  for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
    const file = files.get(current);
    if (file === undefined || reached.has(current)) continue;
    reached.add(current);
    for (const specifier of specifiersOf(file.text).filter((name) => name.startsWith('.'))) {
      const target = posix.join(posix.dirname(file.path), specifier).replace(/\.js$/, '.ts');
      pending.push(key(file.folder, target));
    }
  }
  return reached;
}

function siblingProblem(file: SourceFile, specifier: string, sibling: string): string | undefined {
  const allowed = IMPORT_TABLE[file.folder];
  if (!allowed?.siblings.includes(sibling)) return `${file.folder} may not import ${sibling}`;
  if (specifier === publishedName(sibling) || LIGHT_ENTRIES.has(specifier)) return undefined;
  if (specifier !== '@onnx-compress/graph/node') return 'imports past the public entry of a sibling';
  return allowed.files ? undefined : `${file.folder} may not reach files`;
}

function builtinProblem(file: SourceFile, neutral: ReadonlySet<string>): string | undefined {
  const where = IMPORT_TABLE[file.folder]?.nodeModules;
  if (where === 'anywhere') return undefined;
  if (where === 'nowhere') return `${file.folder} must run without Node`;
  return neutral.has(key(file.folder, file.path))
    ? 'reachable from src/index.ts, which must run without Node'
    : undefined;
}

function problemOf(
  file: SourceFile,
  specifier: string,
  declared: readonly string[],
  neutral: ReadonlySet<string>,
): string | undefined {
  if (specifier.startsWith('#')) return undefined; // an alias of the package's own files
  if (specifier.startsWith('.')) {
    const target = posix.join(posix.dirname(file.path), specifier);
    return target.startsWith('..') ? 'relative import leaves the package' : undefined;
  }
  if (isBuiltin(specifier)) return builtinProblem(file, neutral);
  const name = packageNameOf(specifier);
  if (!declared.includes(name)) return `${name} is not among the dependencies in package.json`;
  const sibling = FOLDERS.get(name);
  if (sibling !== undefined) return siblingProblem(file, specifier, sibling);
  return IMPORT_TABLE[file.folder]?.thirdParty.includes(name) ? undefined : `${file.folder} may not import ${name}`;
}

/**
 * Every import that the import table does not allow, one line each: `folder/path imports 'specifier': reason`.
 * Pure: works on file contents alone.
 */
export function importViolations(files: readonly SourceFile[], declared: DeclaredDependencies): readonly string[] {
  const byKey = new Map(files.map((file) => [key(file.folder, file.path), file]));
  const neutral = new Set(
    Object.keys(IMPORT_TABLE).flatMap((folder) => [...reachableFrom(`${folder}/src/index.ts`, byKey)]),
  );
  return files.flatMap((file) => {
    if (!(file.folder in IMPORT_TABLE)) return [`${file.folder} is missing in the import table`];
    return specifiersOf(file.text).flatMap((specifier) => {
      const problem = problemOf(file, specifier, declared[file.folder] ?? [], neutral);
      return problem === undefined ? [] : [`${key(file.folder, file.path)} imports '${specifier}': ${problem}`];
    });
  });
}
