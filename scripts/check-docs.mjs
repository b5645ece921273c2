// npm run check:docs: every public export has a docstring, every relative link in the documentation leads somewhere.
import { undocumentedExports } from './checks/docstrings.mjs';
import { brokenLinks } from './checks/markdown-links.mjs';

const problems = [...undocumentedExports(), ...brokenLinks()];
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log('check-docs: every public export is documented, every link leads somewhere');
