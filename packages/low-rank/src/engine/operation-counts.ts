import type { Eigenproblem } from './eigenproblem.js';

/** Vectors that are iterated beside those that are wanted. */
export function oversampled(count: number): number {
  return 16 * Math.ceil((count + 16 + count / 16) / 16);
}

/** Operations a second in onnxruntime and in loops in JavaScript, on a core of 2020; only their ratio matters. */
const PRODUCT_RATE = 40e9;
const LOOP_RATE = 2e9;

/** Iterations that are counted with, and passes in which columns are made orthonormal. */
const ITERATIONS = 6;
const PASSES = 2;

/** What of an eigenproblem is wanted: the largest eigenvalues, with vectors or without. */
export interface Wanted {
  readonly count: number;
  readonly vectors: boolean;
}

function eigenTime(size: number, { count, vectors }: Wanted): number {
  const forVectors = vectors ? (4 * size * size * count) / PRODUCT_RATE : 0;
  return ((4 / 3) * size ** 3) / LOOP_RATE + forVectors;
}

const gramTime = ({ size, depth }: Eigenproblem) => (size * size * depth * (size > 1024 ? 1.2 : 2)) / PRODUCT_RATE;

/** Up to this side everything is computed: it takes a third of a second at most. */
const SMALL_SIDE = 512;

/** How the largest eigenvalues of a problem are found. */
export type Approach = 'all of the gram' | 'iterations on the gram' | 'iterations on the matrix';

/** An exact result is worth so much more time than one that converges. */
const WORTH_OF_EXACTNESS = 2;

/** So much more time may be taken without the Gram matrix, which takes three times the memory of a square matrix. */
const WORTH_OF_MEMORY = 1.25;

/** The approach that takes least time, by operation counts. */
export function approachTo(problem: Eigenproblem, wanted: Wanted): Approach {
  const { size, depth } = problem;
  const count = oversampled(wanted.count);
  if (size <= SMALL_SIDE || count >= size) return 'all of the gram';
  const orthonormal = (PASSES * 4 * size * count * count) / PRODUCT_RATE + (PASSES * count ** 3) / LOOP_RATE;
  const core = eigenTime(count, wanted);
  const onGram = gramTime(problem) + (ITERATIONS * 2 * size * size * count) / PRODUCT_RATE;
  const onMatrix = (ITERATIONS * 4 * size * depth * count) / PRODUCT_RATE;
  const iterated = Math.min(onGram, onMatrix) + ITERATIONS * orthonormal + core;
  if (gramTime(problem) + eigenTime(size, wanted) <= WORTH_OF_EXACTNESS * iterated) return 'all of the gram';
  return onGram * WORTH_OF_MEMORY <= onMatrix ? 'iterations on the gram' : 'iterations on the matrix';
}
