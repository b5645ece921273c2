import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { QUANTIZE, withProject } from './support/check-project.js';

const BIN = fileURLToPath(new URL('../bin/compress.js', import.meta.url));

/** Prints the address of every module that is loaded on stderr. */
const LISTING = `data:text/javascript,${encodeURIComponent(`
  import { register } from 'node:module';
  register('data:text/javascript,' + encodeURIComponent(
    'export const load = (url, context, next) => (process._rawDebug("loaded " + url), next(url, context));'));
`)}`;

/** Runs `compress check` in a process of its own. */
function check(cwd: string, ...argv: readonly string[]) {
  const env = { ...process.env, NODE_OPTIONS: '' };
  const command = ['--import', LISTING, BIN, 'check', ...argv];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd, env, encoding: 'utf8' });
  const loaded = [...stderr.matchAll(/^loaded (\S+)$/gm)].map(([, url = '']) => url);
  return { status, stdout, heavy: loaded.filter((url) => HEAVY.test(url)) };
}

const HEAVY = /onnxruntime|protobuf|zod|picomatch|packages\/(?:graph|core|math)\/|compress\/dist\/index\.js/;

describe('compress check as a process', () => {
  it('loads the library to build, and nothing of it where nothing has changed', () =>
    withProject({ models: [QUANTIZE] }, async ({ cwd, path }) => {
      const built = check(cwd);
      expect([built.status, built.stdout]).toEqual([0, expect.stringContaining('1 model ok\n')]);
      expect(built.heavy.join(' ')).toMatch(/protobuf.*zod|zod.*protobuf/);
      for (const argv of [[], ['--json'], ['-q'], ['--config', 'compress.config.json', '--report', 'check.md']]) {
        const again = check(cwd, ...argv);
        expect([again.status, again.heavy]).toEqual([0, []]);
        expect(again.stdout).toContain('unchanged');
      }
      expect(await readFile(path('check.md'), 'utf8')).toMatch(/^## 1 model ok/);
      await writeFile(path('compress.baseline.json'), '{}');
      expect(check(cwd)).toMatchObject({ status: 2, stdout: '' });
    }));
});
