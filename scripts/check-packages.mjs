// Runs publint on every package that is published; fails with the list of what a user would stumble over.
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { workspaces } from './workspaces.mjs';

/** Files that a package's own import aliases lead to and that `files` does not publish; publint leaves these out. */
const unpublishedAliases = ({ imports = {}, files }) =>
  Object.values(imports)
    .flatMap((target) => (typeof target === 'string' ? [target] : Object.values(target)))
    .filter((target) => !files.includes(target.split('/')[1]))
    .map((target) => `"imports" leads to ${target}, which "files" does not publish`);

async function problemsOf({ path, manifest }) {
  const { messages } = await publint({ pkgDir: path, level: 'warning', pack: 'npm' });
  const texts = messages.map((message) => formatMessage(message, manifest, { color: false }));
  return [...texts, ...unpublishedAliases(manifest)].map((text) => `${manifest.name}: ${text}`);
}

const published = workspaces().filter(({ manifest }) => !manifest.private);
const problems = (await Promise.all(published.map(problemsOf))).flat();
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log('check-packages: publint has nothing to say');
