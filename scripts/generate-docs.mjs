// npm run docs: writes the pages of the documentation that follow from the code.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedPages } from './docs/pages.mjs';
import { root } from './workspaces.mjs';

for (const [path, text] of await generatedPages()) writeFileSync(join(root, path), text);
