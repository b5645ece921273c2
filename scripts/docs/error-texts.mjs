// Every error and warning of the packages, read from the source: its code, its class, its text with the parts that vary
// in angle brackets, and its hint.
import { join } from 'node:path';
import ts from 'typescript';
import { workspaces } from '../workspaces.mjs';

/** Classes whose first argument is the code and whose second one is the text. */
const ERROR_CLASS = /^(Usage|Model|Step|Verification|Budget|Cancelled|Graph)Error$/;

const sourceFiles = () =>
  workspaces()
    .filter(({ manifest }) => !manifest.private)
    .flatMap(({ path }) => ts.sys.readDirectory(join(path, 'src'), ['.ts']))
    .sort();

/** A part right behind another one is an addition that may be empty. */
const DIRECTLY_AFTER = /(?<=>)<\w+>/g;

const ownerOf = (node) => ts.findAncestor(node, ts.isFunctionLike);

const parametersOf = (node) => {
  const names = ownerOf(node)?.parameters.map(({ name }) => name.getText()) ?? [];
  return new Set(names.flatMap((name) => name.match(/\w+/g) ?? []));
};

/** The first parameter that an expression uses: `problems` of `problems[0] ?? ''`. */
function firstParameter(node, parameters) {
  if (ts.isIdentifier(node)) return parameters.has(node.text) ? node.text : undefined;
  return ts.forEachChild(node, (child) => firstParameter(child, parameters));
}

function localValue(node) {
  const [body] = [ownerOf(node)?.body].filter((block) => block !== undefined && ts.isBlock(block));
  const declarations = body?.statements
    .filter(ts.isVariableStatement)
    .flatMap((one) => one.declarationList.declarations);
  return declarations?.find(({ name }) => name.getText() === node.getText())?.initializer;
}

function variableText(node) {
  const parameter = firstParameter(node, parametersOf(node));
  if (parameter !== undefined) return `<${parameter}>`;
  const value = ts.isIdentifier(node) ? localValue(node) : undefined;
  return value === undefined ? '…' : textOf(value);
}

/** A text as a reader sees it: `There is no file <path>`; of a choice of texts the last one. */
function textOf(node) {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    const parts = node.templateSpans.map((span) => textOf(span.expression) + span.literal.text);
    return (node.head.text + parts.join('')).replace(DIRECTLY_AFTER, '');
  }
  if (ts.isConditionalExpression(node)) return textOf(node.whenFalse);
  if (ts.isBinaryExpression(node) && ts.isStringLiteralLike(node.right) && node.right.text !== '')
    return node.right.text;
  if (ts.isParenthesizedExpression(node)) return textOf(node.expression);
  return variableText(node);
}

function propertyText(node, name) {
  if (node === undefined || !ts.isObjectLiteralExpression(node)) return '';
  const property = node.properties.find((candidate) => candidate.name?.getText() === name);
  if (property === undefined) return '';
  return textOf(ts.isPropertyAssignment(property) ? property.initializer : property.name);
}

const isCode = (node) => node !== undefined && ts.isStringLiteral(node) && /^[A-Z][A-Z0-9_]+$/.test(node.text);

function thrownError(node) {
  if (!ts.isNewExpression(node) || !ERROR_CLASS.test(node.expression.getText())) return [];
  const [first, message, details] = node.arguments ?? [];
  if (!isCode(first) || message === undefined) return [];
  return [
    {
      code: first.text,
      kind: node.expression.getText(),
      message: textOf(message),
      hint: propertyText(details, 'hint'),
    },
  ];
}

function plainText(node) {
  if (!ts.isObjectLiteralExpression(node)) return [];
  const first = node.properties.find((property) => property.name?.getText() === 'code');
  if (first === undefined || !ts.isPropertyAssignment(first) || !isCode(first.initializer)) return [];
  const kind = ts.findAncestor(node, ts.isFunctionLike)?.type?.getText() ?? '';
  const [message, hint] = [propertyText(node, 'message'), propertyText(node, 'hint')];
  return message === '' ? [] : [{ code: first.initializer.text, kind, message, hint }];
}

function textsIn(node) {
  const found = [...thrownError(node), ...plainText(node)];
  ts.forEachChild(node, (child) => void found.push(...textsIn(child)));
  return found;
}

const oneLine = (text) => text.replace(/\s+/g, ' ').trim();

const parsed = (file) => ts.createSourceFile(file, ts.sys.readFile(file), ts.ScriptTarget.ES2022, true);

/** All of them as `{ code, kind, message, hint }`, sorted by code; `kind` is a class or the type that is returned. */
export const errorTexts = () =>
  sourceFiles()
    .flatMap((file) => textsIn(parsed(file)))
    .map((text) => ({ ...text, message: oneLine(text.message), hint: oneLine(text.hint) }))
    .sort((a, b) => a.code.localeCompare(b.code, 'en'));

/** Docstrings of the error classes, by exit code name: `usage` of `exitCode = EXIT_CODES.usage`. */
export function exitMeanings() {
  const [core] = workspaces().filter(({ folder }) => folder === 'packages/core');
  const classes = parsed(join(core.path, 'src/errors.ts')).statements.filter(ts.isClassDeclaration);
  return new Map(
    classes.flatMap((declaration) => {
      const [, name] = /exitCode = EXIT_CODES\.(\w+)/.exec(declaration.getText()) ?? [];
      const [comment] = ts.getJSDocCommentsAndTags(declaration);
      return name === undefined ? [] : [[name, oneLine(ts.getTextOfJSDocComment(comment?.comment) ?? '')]];
    }),
  );
}
