// npm run generate:schemas: writes the JSON Schemas that the package publishes, those of `--json` output from its types
// and that of recipes from the registry of techniques. With --check it writes nothing and fails where one is out of date.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { publishedSchemas } from './schemas/published-schemas.mjs';

const schemas = publishedSchemas();

async function write() {
  const { configJsonSchema, recipeJsonSchema } = await import('../packages/compress/dist/index.js');
  const all = [
    ...schemas,
    ['packages/compress/recipe.schema.json', recipeJsonSchema()],
    ['packages/compress/compress-config.schema.json', configJsonSchema()],
  ];
  for (const [file, schema] of all) writeFileSync(file, JSON.stringify(schema, null, 2));
  execFileSync('node_modules/.bin/biome', ['format', '--write', ...all.map(([file]) => file)], { stdio: 'inherit' });
}

function check() {
  const isFresh = ([file, schema]) =>
    existsSync(file) && isDeepStrictEqual(JSON.parse(readFileSync(file, 'utf8')), schema);
  for (const entry of schemas) {
    if (isFresh(entry)) continue;
    console.error(`${entry[0]} is not what its type says; run npm run generate:schemas`);
    process.exitCode = 1;
  }
}

if (process.argv.includes('--check')) check();
else await write();
