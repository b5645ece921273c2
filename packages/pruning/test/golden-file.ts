import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from '@jest/globals';

/** Set to write golden files anew instead of comparing with them. */
const UPDATE_VARIABLE = 'UPDATE_GOLDEN';

/** Expects a value to equal the JSON in `golden/<name>.json`; writes that file where it is asked to. */
export function expectGolden(name: string, value: unknown): void {
  const path = join(import.meta.dirname, 'golden', `${name}.json`);
  if (process.env[UPDATE_VARIABLE]) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${JSON.stringify(value, undefined, 2)}\n`);
  }
  if (!existsSync(path)) throw new Error(`${path} is missing: run the test with ${UPDATE_VARIABLE}=1`);
  expect(value).toEqual(JSON.parse(readFileSync(path, 'utf8')));
}
