// docs/examples/README.md: every program of that folder, with its first comment as text.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../workspaces.mjs';
import { fence, generatedBy } from './markdown.mjs';

const FOLDER = 'docs/examples';

const sentenceOf = (comment) => comment.map((line) => line.replace(/^\/\/ ?/, '')).join(' ');

function section(file) {
  const lines = readFileSync(join(root, FOLDER, file), 'utf8')
    .trimEnd()
    .split('\n');
  const end = lines.findIndex((line) => !line.startsWith('//'));
  const program = lines.slice(end).join('\n').trim();
  return [`## ${file}`, sentenceOf(lines.slice(0, end)), fence(program, 'js')];
}

export function examplesPage() {
  const files = readdirSync(join(root, FOLDER)).filter((name) => name.endsWith('.mjs'));
  return [
    generatedBy('the programs in this folder'),
    '# Examples',
    'Complete programs. Each takes paths on its command line, and a test runs every one of them.',
    ...files.sort().flatMap(section),
  ];
}
