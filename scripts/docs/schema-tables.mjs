// A JSON Schema as tables for a reader: one row per field, one section per named type.
import { anchor, code, prose, table } from './markdown.mjs';

const nameOf = ($ref) => $ref.slice('#/$defs/'.length);

const isObject = (schema) => schema?.type === 'object' && schema.properties !== undefined;

function arrayText({ items, prefixItems }, links) {
  if (prefixItems !== undefined) return `[${prefixItems.map((item) => typeText(item, links)).join(', ')}]`;
  return items === undefined ? 'list' : `list of ${typeText(items, links)}`;
}

function objectText({ properties, additionalProperties }, links) {
  if (properties !== undefined || typeof additionalProperties !== 'object') return 'object';
  return `${typeText(additionalProperties, links)} by name`;
}

const choice = (texts) => texts.join(', ').replace(/, ([^,]*)$/, ' or $1');

/** A type in words. @param links where the section of a named type is */
function typeText(schema, links) {
  if (schema.$ref !== undefined) return `[${nameOf(schema.$ref)}](${links(nameOf(schema.$ref))})`;
  if (schema.const !== undefined) return code(JSON.stringify(schema.const));
  if (schema.enum !== undefined) return choice(schema.enum.map((value) => code(JSON.stringify(value))));
  const alternatives = schema.type === undefined ? (schema.anyOf ?? schema.oneOf) : undefined;
  if (alternatives !== undefined) return choice([...new Set(alternatives.map((part) => typeText(part, links)))]);
  if (Array.isArray(schema.type)) return schema.type.join(' or ');
  if (schema.type === 'array') return arrayText(schema, links);
  if (schema.type === 'object') return objectText(schema, links);
  return schema.type ?? 'any value';
}

/** The object inside a field, with the sign that is put behind the field's name. */
function inner(schema) {
  if (isObject(schema)) return ['', schema];
  return isObject(schema?.items) ? ['[]', schema.items] : undefined;
}

function fieldRows(schema, links, path = '') {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const optional = schema.required?.includes(name) ? '' : 'optional';
    const row = [code(`${path}${name}`), typeText(field, links), optional, meaning(field)];
    const [sign, nested] = inner(field) ?? [];
    return [row, ...(nested === undefined ? [] : fieldRows(nested, links, `${path}${name}${sign}.`))];
  });
}

const LIMITS = [
  ['minimum', 'at least'],
  ['exclusiveMinimum', 'above'],
  ['maximum', 'at most'],
  ['exclusiveMaximum', 'below'],
];

const limits = (schema) =>
  LIMITS.filter(([key]) => schema[key] !== undefined && schema[key] !== Number.MAX_SAFE_INTEGER)
    .map(([key, text]) => `${text} ${schema[key]}`)
    .join(', ');

const sentence = (text) => (text === '' || /[.?!]$/.test(text) ? text : `${text}.`);

function meaning(schema) {
  const { description = '', default: preset } = schema;
  const standard = preset === undefined ? '' : `default ${code(JSON.stringify(preset))}`;
  const remarks = [limits(schema), standard].filter(Boolean).join('; ');
  return [sentence(prose(description)), sentence(remarks.replace(/^./, (letter) => letter.toUpperCase()))]
    .join(' ')
    .trim();
}

function contentOf(schema, links) {
  if (!isObject(schema)) return [`Is ${typeText({ ...schema, description: undefined }, links)}.`];
  const others = schema.additionalProperties;
  return [
    table(['field', 'type', '', 'meaning'], fieldRows(schema, links)),
    ...(typeof others === 'object' ? [`Other fields: ${typeText(others, links)}.`] : []),
  ];
}

/** Description and fields of a schema itself, without its named types. */
export const rootSection = (schema, links) => [
  ...(schema.description === undefined ? [] : [prose(schema.description)]),
  ...contentOf(schema, links),
];

/** One section for each named type. */
export const definitionSections = (definitions, links) =>
  Object.entries(definitions).flatMap(([name, schema]) => [`## ${name}`, ...rootSection(schema, links)]);

/** Links to sections of the same page. */
export const samePage = (name) => `#${anchor(name)}`;
