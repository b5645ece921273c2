/** What errors of a matrix are weighed with: how the columns of what it is multiplied with vary together. */
export interface Metric {
  /** Columns x columns of the matrix; symmetric, and positive semidefinite up to rounding errors. May be singular. */
  readonly covariance: Float64Array;
}
