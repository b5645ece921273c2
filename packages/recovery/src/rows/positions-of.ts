import { type Dim, elementCount } from '@onnx-compress/graph';
import type { LinearLayer } from '../layers/linear-layer.js';

/** Rows for each number that is fitted. */
const ROWS_PER_COLUMN = 16;

/** Rows of a layer with few columns; of one whose groups have few, each on its own. */
const FEWEST_ROWS = 8192;
const FEWEST_ROWS_OF_GROUPS = 2048;

/** Most memory for the rows of one layer, inputs and outputs, in bytes. */
const MOST_BYTES = 96 * 2 ** 20;

/** Positions of an output of this shape; undefined where its sizes are not known. */
function positionsIn({ node }: LinearLayer, dims: readonly Dim[] | undefined): number | undefined {
  if (node.opType === 'Gemm') return 1;
  const along = node.opType === 'MatMul' ? dims?.slice(1, -1) : dims?.slice(2);
  const sizes = along?.filter((dim) => typeof dim === 'number');
  return sizes !== undefined && sizes.length === along?.length ? elementCount(sizes) : undefined;
}

/**
 * How many output positions of a layer to look at in each item: 16 rows for each column of its weight matrix and at
 * least 8192 in all, or 2048 where there are groups, as far as they fit into 96 MB; at most all positions.
 *
 * @param items in all samples together
 * @param dims the shape of the output, as far as known
 */
export function positionsOf(
  layer: LinearLayer,
  items: number,
  dims: readonly Dim[] | undefined = layer.output.declared?.dims,
): number {
  const { columns, contraction, outputs } = layer;
  const rowBytes = Float32Array.BYTES_PER_ELEMENT * (columns * contraction.groups + outputs);
  const rows = Math.min(
    Math.max(ROWS_PER_COLUMN * columns, contraction.groups > 1 ? FEWEST_ROWS_OF_GROUPS : FEWEST_ROWS),
    MOST_BYTES / rowBytes,
  );
  const positions = Math.max(1, Math.floor(rows / items));
  return Math.min(positions, positionsIn(layer, dims) ?? positions);
}
