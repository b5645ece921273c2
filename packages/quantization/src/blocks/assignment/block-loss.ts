import { present } from '@onnx-compress/graph';
import { type Outputs, outputEnergy } from '../../rounding/output-energy.js';
import { type BlockFormat, blockLayout, nearestParameters, restoreBlocks, roundBlocks } from '../block-format.js';

/** What rounding a weight matrix to the nearest integers in blocks leaves of it; undefined where it is not finite. */
export function nearestBlocks(matrix: Float64Array, { layer }: Pick<Outputs, 'layer'>, format: BlockFormat) {
  const subject = { matrix: Float32Array.from(matrix), rows: layer.outputs, columns: layer.columns };
  const nearest = nearestParameters(subject.matrix, blockLayout(subject, format), format);
  if (nearest === undefined) return undefined;
  const { rows, columns } = subject;
  return restoreBlocks({ rows, columns, ...nearest }, roundBlocks(subject, format, nearest.parameters));
}

/** The energy of what a layer computes wrongly with other numbers than its own. */
export function lossOf(matrix: Float64Array, other: Float32Array | Float64Array, outputs: Outputs): Promise<number> {
  return outputEnergy(
    matrix.map((value, at) => value - present(other[at], 'number')),
    outputs,
  );
}
