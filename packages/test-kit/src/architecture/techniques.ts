import ts from 'typescript';

/** A text file of the repository; `path` is relative to its root, with forward slashes. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
}

/** A call of `defineTechnique`, as it stands in the source. */
interface Definition {
  readonly path: string;
  readonly folder: string;
  readonly identifier: string;
  readonly family: string;
  readonly name: string;
}

function literalProperty(object: ts.ObjectLiteralExpression, key: string): string {
  for (const property of object.properties) {
    if (!ts.isPropertyAssignment(property) || property.name.getText() !== key) continue;
    return ts.isStringLiteral(property.initializer) ? property.initializer.text : '';
  }
  return '';
}

function definitionsIn({ path, text }: TextFile): Definition[] {
  if (!text.includes('defineTechnique(')) return [];
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const declarations = source.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => [...declarationList.declarations]);
  return declarations.flatMap(({ name, initializer }) => {
    if (initializer === undefined || !ts.isCallExpression(initializer)) return [];
    const [argument] = initializer.arguments;
    if (initializer.expression.getText() !== 'defineTechnique' || argument === undefined) return [];
    if (!ts.isObjectLiteralExpression(argument)) return [];
    const folder = path.split('/').slice(0, 2).join('/');
    const [family, label] = [literalProperty(argument, 'family'), literalProperty(argument, 'name')];
    return [{ path, folder, identifier: name.getText(), family, name: label }];
  });
}

const mentions = (text: string, word: string) => new RegExp(`(?<![\\w-])${word}(?![\\w-])`).test(text);

const withoutImports = (text: string) => text.replaceAll(/^import [^;]*;/gm, '');

const hasSection = (text: string, name: string) =>
  text.split('\n').some((line) => /^#{2,4} /.test(line) && mentions(line, name));

function missingParts(definition: Definition, files: readonly TextFile[]): string[] {
  const { folder, identifier, family, name } = definition;
  const within = (path: string) => files.filter((file) => file.path.startsWith(`${folder}/${path}`));
  const registered = within('src/registry.ts').some(({ text }) => mentions(withoutImports(text), identifier));
  const tested = within('test/').some(({ text }) => mentions(text, name) || mentions(text, identifier));
  const [page, overview] = [`docs/techniques/${family}/${name}.md`, `docs/techniques/${family}.md`];
  const documented = files.some(({ path, text }) => path === page || (path === overview && hasSection(text, name)));
  return [
    ...(registered ? [] : [`no line in ${folder}/src/registry.ts`]),
    ...(tested ? [] : [`no test in ${folder}/test mentions it`]),
    ...(documented ? [] : [`no page ${page}, and no section in ${overview}`]),
  ];
}

/** Family and name of every technique that the files define. */
export const techniquesIn = (files: readonly TextFile[]): readonly string[] =>
  files.flatMap(definitionsIn).map(({ family, name }) => `${family} ${name}`);

/**
 * What the techniques in `files` lack of the four parts that each must have: a source file of its own, a line in its
 * package's registry (an import and an entry), a test and a page or section of the documentation. Pure.
 */
export function incompleteTechniques(files: readonly TextFile[]): readonly string[] {
  return files.flatMap((file) => {
    const definitions = definitionsIn(file);
    const crowded = definitions.length > 1 ? [`${file.path} defines ${definitions.length} techniques`] : [];
    return [
      ...crowded,
      ...definitions.flatMap((definition) =>
        missingParts(definition, files).map((part) => `${definition.family} ${definition.name}: ${part}`),
      ),
    ];
  });
}
