// The JSON Schemas of everything that `--json` prints, made from the interface JsonDocuments.
import { join } from 'node:path';
import ts from 'typescript';
import { sourceProgram } from '../source-program.mjs';
import { root } from '../workspaces.mjs';
import { TypeSchemas } from './type-schema.mjs';

const SOURCE = 'packages/compress/src/schema/json-documents.ts';

function documentsOf(program) {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(join(root, SOURCE));
  const declaration = source.statements
    .filter(ts.isInterfaceDeclaration)
    .find(({ name }) => name.text === 'JsonDocuments');
  return { checker, documents: checker.getPropertiesOfType(checker.getTypeAtLocation(declaration)) };
}

function documentSchema(checker, document) {
  const schemas = new TypeSchemas(checker);
  const { description: title } = schemas.description(document);
  const type = checker.getTypeOfSymbol(document);
  const content = { ...schemas.description(type.symbol), ...schemas.inlineSchema(type) };
  const definitions = Object.entries(schemas.definitions).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title,
    ...content,
    ...(definitions.length === 0 ? {} : { $defs: Object.fromEntries(definitions) }),
  };
}

/** Every schema by its path in the repository. */
export function publishedSchemas() {
  const { checker, documents } = documentsOf(sourceProgram([join(root, SOURCE)]));
  return new Map(
    documents.map((document) => [`packages/compress/${document.name}.schema.json`, documentSchema(checker, document)]),
  );
}
