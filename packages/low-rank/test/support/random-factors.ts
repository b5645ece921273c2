import type { Matrix, Random } from '@onnx-compress/core';
import { Matrix as Dense, QrDecomposition } from 'ml-matrix';
import type { Factors, TuckerFactors } from '../../src/sites/site.js';

const dense = ({ rows, columns, values }: Matrix) => Dense.from1DArray(rows, columns, Array.from(values));

const single = (matrix: Dense): Matrix => {
  const { rows, columns } = matrix;
  return { rows, columns, values: Float32Array.from(matrix.to1DArray()) };
};

/** Normally distributed numbers. */
export function randomMatrix(rows: number, columns: number, random: Random): Matrix {
  return { rows, columns, values: Float32Array.from({ length: rows * columns }, () => random.normal()) };
}

/** The product of two matrices, in double precision. */
export function product(left: Matrix, right: Matrix): Matrix {
  return single(dense(left).mmul(dense(right)));
}

/** Columns at right angles to each other and of length 1; `rows` must not be fewer. */
function orthonormal(matrix: Dense): Dense {
  return new QrDecomposition(matrix).orthogonalMatrix.subMatrix(0, matrix.rows - 1, 0, matrix.columns - 1);
}

const rotation = (size: number, random: Random) => orthonormal(dense(randomMatrix(size, size, random)));

/** A matrix as a product that equals it, turned by a random rotation. */
export function exactFactors(matrix: Matrix, random: Random): Factors {
  const { rows, columns } = matrix;
  const basis = rotation(Math.min(rows, columns), random);
  if (rows <= columns) return { left: single(basis), right: single(basis.transpose().mmul(dense(matrix))) };
  return { left: single(dense(matrix).mmul(basis)), right: single(basis.transpose()) };
}

/** What a matrix is after projection of its columns on a random plane of its range: near to it, and of low rank. */
export function lowRankFactors(matrix: Matrix, rank: number, random: Random): Factors {
  const full = dense(matrix);
  const basis = orthonormal(full.mmul(dense(randomMatrix(matrix.columns, rank, random))));
  return { left: single(basis), right: single(basis.transpose().mmul(full)) };
}

/** A matrix outputs x (inputs, positions) with inputs and positions exchanged. */
function positionsFirst(matrix: Dense, inputs: number): Dense {
  const positions = matrix.columns / inputs;
  const result = new Dense(matrix.rows, matrix.columns);
  for (let row = 0; row < matrix.rows; row++) {
    for (let input = 0; input < inputs; input++) {
      for (let at = 0; at < positions; at++) {
        result.set(row, at * inputs + input, matrix.get(row, input * positions + at));
      }
    }
  }
  return result;
}

/** A matrix outputs x (inputs, positions), every position of it times `factor`, inputs x others. */
function overInputs(matrix: Dense, inputs: number, factor: Dense): Dense {
  const positions = matrix.columns / inputs;
  const moved = positionsFirst(matrix, inputs);
  const rows = Dense.from1DArray(matrix.rows * positions, inputs, moved.to1DArray()).mmul(factor);
  const product = Dense.from1DArray(matrix.rows, positions * factor.columns, rows.to1DArray());
  return positionsFirst(product, positions);
}

/** The matrix outputs x (inputs, positions) that Tucker factors stand for. */
export function tuckerProduct({ outputs, core, inputs }: TuckerFactors): Matrix {
  return single(dense(outputs).mmul(overInputs(dense(core), inputs.rows, dense(inputs))));
}

/** A matrix outputs x (inputs, positions) in Tucker form, equal to it at full ranks. */
export function tuckerFactors(
  matrix: Matrix,
  inputs: number,
  ranks: { readonly input: number; readonly output: number },
  random: Random,
): TuckerFactors {
  const left = orthonormal(dense(randomMatrix(matrix.rows, ranks.output, random)));
  const right = orthonormal(dense(randomMatrix(inputs, ranks.input, random)));
  const core = left.transpose().mmul(overInputs(dense(matrix), inputs, right));
  return { outputs: single(left), core: single(core), inputs: single(right.transpose()) };
}
