// docs/reference/cli.md: the help texts, as the program prints them.
import { fence, generatedBy } from './markdown.mjs';

async function helpOf(run, argv) {
  let text = '';
  const stdout = { write: (part) => (text += part) };
  await run([...argv, '--help'], { stdout, stderr: stdout, env: {}, cwd: '.' });
  return text;
}

/** Names in the lines `  compress inspect <model>   what it does` of the overview. */
const commandNames = (overview) => [...overview.matchAll(/^ {2}compress ([a-z][a-z-]*)\b/gm)].map(([, name]) => name);

export async function cliPage({ run }) {
  const overview = await helpOf(run, []);
  const names = commandNames(overview);
  const sections = await Promise.all(
    names.map(async (name) => [`## compress ${name}`, fence(await helpOf(run, [name]), 'text')]),
  );
  return [
    generatedBy('the help texts of the command'),
    '# Command line',
    'In an npm script the command is `compress`; elsewhere `npx onnx-compress`. Results go to stdout, progress, warnings ' +
      'and errors to stderr. What `--json` prints is described in [the report](report.md) and in ' +
      '[the other documents](json.md), what exit codes mean in [exit codes and errors](exit-codes-and-errors.md).',
    '## compress',
    fence(overview, 'text'),
    ...sections.flat(),
  ];
}
