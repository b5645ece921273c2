import ts from 'typescript';

/** Module specifiers of a source text: static, type-only and dynamic imports and re-exports, in order. */
export function specifiersOf(text: string): readonly string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
}
