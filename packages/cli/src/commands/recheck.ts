import { renderCheck, renderJson, unchangedCheck } from 'onnx-compress/freshness';
import { redFor } from '../output/colours.js';
import type { Io } from '../run.js';

/** Switches that change nothing, or only how the result is printed. */
const HARMLESS: readonly string[] = ['--json', '-q', '--quiet', '--verbose'];

interface Wish {
  readonly config: string | undefined;
  readonly json: boolean;
}

/** What the arguments ask for; undefined where they need a look by the parser. */
function wishOf(argv: readonly string[]): Wish | undefined {
  const position = argv.indexOf('--config');
  const config = position < 0 ? undefined : argv[position + 1];
  const rest = position < 0 ? argv : argv.toSpliced(position, 2);
  const plain = (position < 0 || config !== undefined) && rest.every((word) => HARMLESS.includes(word));
  return plain ? { config, json: rest.includes('--json') } : undefined;
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
  io.stdout.write(wish.json ? renderJson(report) : renderCheck(report, redFor(io.stdout, io)));
  return true;
}
