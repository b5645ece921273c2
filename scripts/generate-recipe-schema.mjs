// Writes the JSON Schema of recipes from the registry of techniques (run after adding a technique or an option).
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { recipeJsonSchema, renderJson } from '../packages/compress/dist/index.js';

const SCHEMA = 'packages/compress/recipe.schema.json';

writeFileSync(SCHEMA, renderJson(recipeJsonSchema()));
execFileSync('node_modules/.bin/biome', ['format', '--write', SCHEMA], { stdio: 'inherit' });
