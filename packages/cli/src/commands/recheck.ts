import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { type CheckReport, renderCheck, renderJson, unchangedCheck } from 'onnx-compress/freshness';
import { locate } from '../locate.js';
import { CHECK_RENDERERS } from '../output/check-renderers.js';
import { redFor } from '../output/colours.js';
import type { Io } from '../run.js';

/** Switches that change nothing, or only how the result is printed. */
const HARMLESS: readonly string[] = ['--json', '-q', '--quiet', '--verbose'];

interface Wish {
  readonly config: string | undefined;
  readonly reportPath: string | undefined;
  readonly json: boolean;
}

/** What the arguments ask for; undefined where they need a look by the parser. */
function wishOf(argv: readonly string[]): Wish | undefined {
  const values: Record<'--config' | '--report', string | undefined> = { '--config': undefined, '--report': undefined };
  const words = argv.values();
  for (const word of words) {
    if (HARMLESS.includes(word)) continue;
    if ((word !== '--config' && word !== '--report') || values[word] !== undefined) return undefined;
    values[word] = words.next().value;
    if (values[word] === undefined || values[word].startsWith('-')) return undefined;
  }
  return { config: values['--config'], reportPath: values['--report'], json: argv.includes('--json') };
}

/** False where the file cannot be written: the way through the parser says why. */
async function wrote(path: string, report: CheckReport, io: Io): Promise<boolean> {
  const render = CHECK_RENDERERS[extname(path)];
  if (render === undefined) return false;
  const text = render(report);
  return writeFile(locate(io, path), text).then(
    () => true,
    () => false,
  );
}

/**
 * `compress check` where nothing has changed since a good check: prints it once more, without the parser and the
 * library, so that a build waits for next to nothing.
 *
 * @returns false where nothing was printed, because the models have to be looked at
 */
export async function recheck(argv: readonly string[], io: Io): Promise<boolean> {
  const wish = wishOf(argv);
  if (wish === undefined) return false;
  const report = await unchangedCheck(io.cwd, wish.config);
  if (report === undefined) return false;
  if (wish.reportPath !== undefined && !(await wrote(wish.reportPath, report, io))) return false;
  io.stdout.write(wish.json ? renderJson(report) : renderCheck(report, redFor(io.stdout, io)));
  return true;
}
