// docs/reference/exit-codes-and-errors.md: every exit code, every error, every warning.
import { errorTexts, exitMeanings } from './error-texts.mjs';
import { code, generatedBy, table } from './markdown.mjs';

/** Exit codes that no error class stands for. */
const OTHER_EXITS = {
  ok: 'Done. `diff --exit-code` ends with 1 where the files differ.',
  bug: 'Something unexpected: a bug of onnx-compress. The stack is on stderr.',
};

const EXIT_NAMES = {
  UsageError: 'usage',
  ModelError: 'model',
  GraphError: 'model',
  StepError: 'step',
  VerificationError: 'verification',
  BudgetError: 'budget',
  CancelledError: 'cancelled',
};

/** Codes of rejected results, whose class is chosen where they are thrown. */
const REJECTIONS = { VERIFICATION_FAILED: 'verification', BUDGET_MISSED: 'budget' };

const exitName = ({ code: name, kind }) => EXIT_NAMES[kind] ?? REJECTIONS[name];

const visible = (text) =>
  text
    .replace(/([*])/g, '\\$1')
    .replace(/<(\w+)>/g, '_$1_')
    .replace(/</g, '\\<');

/** Rows of one code are joined: its texts below each other in one cell. */
function grouped(texts) {
  const byCode = new Map();
  for (const text of texts) byCode.set(text.code, [...(byCode.get(text.code) ?? []), text]);
  return [...byCode];
}

const joined = (parts) => [...new Set(parts.filter(Boolean).map(visible))].join('<br>');

const row = ([name, texts]) => [
  code(name),
  joined(texts.map(({ message }) => message)),
  joined(texts.map(({ hint }) => hint)),
];

function errorSection(name, exit, texts) {
  const rows = grouped(texts.filter((text) => exitName(text) === name)).map(row);
  return rows.length === 0 ? [] : [`### ${exit}: ${name}`, table(['code', 'message', 'what helps'], rows)];
}

export function errorsPage({ EXIT_CODES }) {
  const texts = errorTexts();
  const meanings = exitMeanings();
  const exits = Object.entries(EXIT_CODES);
  const warnings = texts.filter(({ kind }) => kind === 'Diagnostic');
  return [
    generatedBy('the error classes and the texts of the packages'),
    '# Exit codes and errors',
    table(
      ['exit code', 'meaning'],
      exits.map(([name, exit]) => [String(exit), OTHER_EXITS[name] ?? meanings.get(name) ?? '']),
    ),
    'An error that can be expected is one line on stderr: what, where, and what helps. With `--json` it is also an ' +
      'object on stdout, see [error](json.md#error). In the library it is a `CompressError` with `code`, `exitCode`, ' +
      '`hint`, `node` and `tensor`. A code keeps its meaning; texts may change. Parts that vary are in italics.',
    '## Errors',
    ...exits.flatMap(([name, exit]) => errorSection(name, exit, texts)),
    '## Warnings',
    'The run goes on; they are printed on stderr and stand in the report under `warnings`.',
    table(
      ['code', 'message'],
      grouped(warnings)
        .map(row)
        .map(([name, message]) => [name, message]),
    ),
  ];
}
