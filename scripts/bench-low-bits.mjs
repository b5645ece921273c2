// npm run bench:low-bits: what few bits, mixed precision and dyadic scales reach, against their bars. Needs ONNX_COMPRESS_ZOO.
// Every finished row goes into --rows at once; a run that is started again goes on from there, so remove that file when
// the code has changed.
// --only "assignment;magika" (sections and models), --draws N (at most), --quick (one draw, no large model), --rows FILE,
// --json FILE (rows and verdicts), --render (runs nothing), --docs (writes the tables into docs/low-bits-results.md)
import { ASSIGNMENT, DYADIC_SCALES, LARGE, MIXED_PRECISION, SCHEMES } from './bench/low-bits-sections.mjs';
import { runSections } from './bench/run-sections.mjs';

const SECTIONS = [ASSIGNMENT, MIXED_PRECISION, DYADIC_SCALES, SCHEMES, LARGE];

await runSections('low-bits', 'docs/low-bits-results.md', SECTIONS);
