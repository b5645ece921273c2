// docs/reference/{report,json,recipe,config}.md: the published schemas as tables.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../workspaces.mjs';
import { fence, generatedBy } from './markdown.mjs';
import { definitionSections, rootSection, samePage } from './schema-tables.mjs';

const fileOf = (name) => join(root, 'packages/compress', `${name}.schema.json`);

const read = (name) => JSON.parse(readFileSync(fileOf(name), 'utf8'));

const STRICT =
  'Fields that the tables do not show do not occur; a new one may come with any release, and those that are there keep ' +
  'their meaning as long as `schemaVersion` stays. JSON has no infinity: where a figure is not finite or was not ' +
  'measured it is `null`.';

const schemaFile = (name) => `The schema itself is \`onnx-compress/${name}.schema.json\` in the npm package.`;

/** The documents of `--json` besides the report, in the order of their commands. */
const OTHERS = ['inspect', 'diff', 'verify', 'measure', 'check', 'list', 'error'].filter((name) =>
  existsSync(fileOf(name)),
);

export function reportPage() {
  const schema = read('report');
  return [
    generatedBy('report.schema.json'),
    '# The report',
    `What \`compress <model> --json\` prints and \`--report FILE.json\` writes. ${STRICT} ${schemaFile('report')}`,
    ...rootSection(schema, samePage),
    ...definitionSections(schema.$defs, samePage),
  ];
}

export function jsonPage() {
  const known = read('report').$defs;
  const links = (name) => (name in known ? `report.md${samePage(name)}` : samePage(name));
  const schemas = OTHERS.map((name) => [name, read(name)]);
  const all = Object.assign({}, ...schemas.map(([, { $defs }]) => $defs));
  const own = Object.fromEntries(Object.entries(all).filter(([name]) => !(name in known)));
  return [
    generatedBy('the schemas of --json'),
    '# What the other commands print with --json',
    `${STRICT} The schemas are \`onnx-compress/<name>.schema.json\` in the npm package.`,
    ...schemas.flatMap(([name, schema]) => [`## ${name}`, schema.title, ...rootSection(schema, links)]),
    ...definitionSections(own, links),
  ];
}

const RECIPE_EXAMPLE = `{
  "$schema": "./node_modules/onnx-compress/recipe.schema.json",
  "steps": [
    { "family": "prune", "technique": "l1", "options": { "ratio": 0.4 } },
    { "family": "quant", "technique": "int8-per-channel" }
  ],
  "budgets": { "maxRatio": 0.3 }
}`;

function stepSections({ items }) {
  const variants = items.oneOf ?? items.anyOf ?? [];
  return variants.flatMap((variant) => {
    const { family, technique } = variant.properties;
    return [`## ${family.const} ${technique.const}`, ...rootSection(variant, samePage)];
  });
}

export function recipePage() {
  const schema = read('recipe');
  return [
    generatedBy('recipe.schema.json'),
    '# Recipes',
    'A recipe holds everything that decides the bytes of a result. `--recipe FILE` runs one, flags override it, and ' +
      '`--print-recipe` prints the resolved one, in which nothing is left to a default. Nothing is measured for it: ' +
      'the times that `keep-latency` counts with are in the recipe of the report of a run, which replays them. ' +
      schemaFile('recipe'),
    fence(RECIPE_EXAMPLE, 'json'),
    ...rootSection(schema, samePage),
    ...stepSections(schema.properties.steps),
  ];
}

const CONFIG = 'compress-config';

/** Undefined while there is no schema of configurations. */
export function configPage() {
  if (!existsSync(fileOf(CONFIG))) return undefined;
  const schema = read(CONFIG);
  return [
    generatedBy(`${CONFIG}.schema.json`),
    '# Configuration',
    'What `compress check` reads: `compress.config.json`, or the key `onnx-compress` of `package.json`. ' +
      schemaFile(CONFIG),
    ...rootSection(schema, () => 'recipe.md'),
  ];
}
