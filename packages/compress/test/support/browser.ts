import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, it } from '@jest/globals';
import { type Browser, chromium } from 'playwright-core';

/** Names of the program in Debian and elsewhere. */
const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome'];

/** Path of an installed Chromium, from the variable CHROMIUM or the search path. */
function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const candidates = [
    process.env.CHROMIUM ?? '',
    ...PROGRAMS.flatMap((name) => folders.map((path) => join(path, name))),
  ];
  return candidates.find((path) => path !== '' && existsSync(path));
}

/** A suite in a real browser; where none is installed it is skipped with one line that says so. */
export function describeBrowser(name: string, suite: (launch: () => Promise<Browser>) => void): void {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    describe.skip(name, () => it('needs Chromium (Debian package chromium), which is not installed', () => {}));
    return;
  }
  // A sandbox needs privileges that a container does not have; the pages are our own.
  describe(name, () => suite(() => chromium.launch({ executablePath, args: ['--no-sandbox'] })));
}
