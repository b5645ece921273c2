// npm run check:docs: every public export has a docstring, every relative link in the documentation leads somewhere, every
// generated page is what the code says, and the index names every page. Reads the built packages.
import { undocumentedExports } from './checks/docstrings.mjs';
import { outdatedPages, unlistedPages } from './checks/generated-pages.mjs';
import { brokenLinks } from './checks/markdown-links.mjs';

const problems = [...undocumentedExports(), ...brokenLinks(), ...(await outdatedPages()), ...unlistedPages()];
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log('check-docs: exports are documented, links lead somewhere, generated pages are up to date');
