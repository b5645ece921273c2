import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { COMMANDS, DEFAULT_COMMAND } from '../../src/options/commands.js';

/** Schemas of the default command and of the switch that prints something else; the others bear their command's name. */
const SCHEMA_NAMES: Readonly<Record<string, string>> = { [DEFAULT_COMMAND]: 'report' };

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });

const validators = new Map<string, ValidateFunction>();

function validatorOf(name: string): ValidateFunction {
  const known = validators.get(name);
  if (known !== undefined) return known;
  const file = new URL(`../../../compress/${name}.schema.json`, import.meta.url);
  const validate = ajv.compile(JSON.parse(readFileSync(file, 'utf8')));
  validators.set(name, validate);
  return validate;
}

function schemaName(argv: readonly string[]): string {
  if (argv.includes('--print-recipe')) return 'recipe';
  if (argv.includes('--prunable')) return 'prunable';
  if (argv[0] === 'inspect' && argv.includes('--quant')) return 'quantizable';
  const command = COMMANDS.find(({ name }) => name === argv[0])?.name ?? DEFAULT_COMMAND;
  return SCHEMA_NAMES[command] ?? command;
}

/** What is wrong with a document, one line each; empty where it follows the schema of that name. */
export function schemaProblems(name: string, document: unknown): readonly string[] {
  const validate = validatorOf(name);
  if (validate(document)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${name}${instancePath}: ${message} ${JSON.stringify(params)}`,
  );
}

/**
 * Holds what a command line with `--json` printed against the published schema of its command, or of errors where it
 * ended without a result.
 *
 * @throws Error naming the fields that do not follow it
 */
export function assertPublishedForm(argv: readonly string[], code: number, stdout: string): void {
  const answersAtOnce = ['--help', '-h', '--version'].some((flag) => argv.includes(flag));
  if (!argv.includes('--json') || answersAtOnce) return;
  const document: unknown = JSON.parse(stdout);
  const problems = schemaProblems(schemaName(argv), document);
  if (problems.length === 0) return;
  if (code !== 0 && schemaProblems('error', document).length === 0) return;
  throw new Error(`compress ${argv.join(' ')} does not print what its schema says:\n${problems.join('\n')}`);
}
