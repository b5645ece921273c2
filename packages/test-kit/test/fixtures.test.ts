import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '..', '..', '..');

describe('fixtures', () => {
  it('are what their script builds', () => {
    execFileSync(process.execPath, ['scripts/build-fixtures.mjs', '--check'], { cwd: root, stdio: 'pipe' });
  });

  it('are small', () => {
    const files = readdirSync(join(root, 'fixtures'), { recursive: true, encoding: 'utf8' });
    const large = files.filter((file) => statSync(join(root, 'fixtures', file)).size > 100_000);
    expect(large).toEqual([]);
  });
});
