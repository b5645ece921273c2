// npm run bench:low-rank: what low-rank factorization reaches, against its bars. Needs ONNX_COMPRESS_ZOO.
// Every finished row goes into --rows at once; a run that is started again goes on from there, so remove that file when
// the code has changed.
// --only "metric;fashion_cnn" (sections and models), --draws N (at most), --quick (one draw, no large model), --rows FILE,
// --json FILE (rows and verdicts), --render (runs nothing), --docs (writes the tables into docs/low-rank-results.md)
import { COMPOSITION } from './bench/low-rank-composition.mjs';
import { METRIC } from './bench/low-rank-metric.mjs';
import { PROCESSES } from './bench/low-rank-processes.mjs';
import { SPEED } from './bench/low-rank-speed.mjs';
import { TRUNCATION } from './bench/low-rank-truncation.mjs';
import { runSections } from './bench/run-sections.mjs';

await runSections('low-rank', 'docs/low-rank-results.md', [TRUNCATION, METRIC, SPEED, PROCESSES, COMPOSITION]);
