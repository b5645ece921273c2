import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';

const root = join(import.meta.dirname, '..', '..', '..');
const folder = join(root, 'packages', 'compress');
const files = readdirSync(folder).filter((name) => name.endsWith('.schema.json'));

describe('the schemas of --json', () => {
  it('are what the types say', () => {
    execFileSync(process.execPath, ['scripts/generate-schemas.mjs', '--check'], { cwd: root, stdio: 'pipe' });
  });

  it.each(files)('%s is a valid schema that other tools accept', (file) => {
    const ajv = new Ajv2020({ strict: 'log', validateSchema: true });
    expect(ajv.validateSchema(JSON.parse(readFileSync(join(folder, file), 'utf8')))).toBe(true);
  });
});
