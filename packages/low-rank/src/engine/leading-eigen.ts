import { symmetricEigenvalues } from '@onnx-compress/math';
import type { Eigenproblem } from './eigenproblem.js';
import { type Leading, leadingVectors, withoutVectors } from './eigenvectors.js';
import { type Engine, pauseOf } from './engine.js';
import { approachTo, type Wanted } from './operation-counts.js';
import { toMatrix } from './paced-copies.js';
import { columnProductsOf } from './products.js';
import { subspaceIteration } from './subspace-iteration.js';

async function ofWhole(problem: Eigenproblem, { count, vectors }: Wanted, engine: Engine): Promise<Leading> {
  if (vectors) return leadingVectors(await problem.gram(), problem.size, count, engine);
  const values = await symmetricEigenvalues(await problem.gram(), problem.size, pauseOf(engine));
  return withoutVectors(values.slice(0, count));
}

/** The largest eigenvalues of a problem, none below 0, and where they are wanted their vectors, one a column. */
export async function leadingEigen(problem: Eigenproblem, wanted: Wanted, engine: Engine): Promise<Leading> {
  const { values, vectors } = await leadingOf(problem, wanted, engine);
  return { values: values.map((value) => Math.max(0, value)), vectors };
}

async function leadingOf(problem: Eigenproblem, wanted: Wanted, engine: Engine): Promise<Leading> {
  const approach = approachTo(problem, wanted);
  if (approach === 'all of the gram') return ofWhole(problem, wanted, engine);
  if (approach === 'iterations on the matrix') return subspaceIteration(problem, wanted, engine);
  const { size, total } = problem;
  const gram = await toMatrix(await problem.gram(), size, pauseOf(engine));
  return subspaceIteration(
    { size, total, apply: (columns) => columnProductsOf(gram, columns, engine) },
    wanted,
    engine,
  );
}
