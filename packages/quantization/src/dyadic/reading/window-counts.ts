import { elementCount, type Node } from '@onnx-compress/graph';
import type { PoolSite } from './site.js';

/** Where the windows of one axis lie. */
interface Axis {
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly before: number;
  readonly behind: number;
}

/**
 * How many positions each window of an AveragePool divides by: those within the picture, unless padding counts as
 * zeros. Undefined where windows are placed by `auto_pad`, `ceil_mode` or `dilations`.
 *
 * @param dims [batch, channels, ...sizes] of what it reads
 */
export function windowCounts(
  node: Node,
  [, , ...sizes]: readonly number[],
): Pick<PoolSite, 'positions' | 'windows'> | undefined {
  const kernel = node.ints('kernel_shape');
  if (kernel === undefined || kernel.length !== sizes.length || !isPlain(node)) return undefined;
  if (node.int('count_include_pad', 0) !== 0) return { positions: [elementCount(kernel)], windows: [] };
  const counts = sizes.map((size, axis) => countsAlong(axisOf(node, axis, size, kernel[axis] ?? 1)));
  const positions = counts.reduce<readonly number[]>(
    (outer, along) => outer.flatMap((count) => along.map((own) => count * own)),
    [1],
  );
  const isSame = positions.every((count) => count === positions[0]);
  return isSame ? { positions: positions.slice(0, 1), windows: [] } : { positions, windows: counts.map(lengthOf) };
}

const lengthOf = ({ length }: readonly number[]) => length;

function isPlain(node: Node): boolean {
  return (
    node.string('auto_pad', 'NOTSET') === 'NOTSET' &&
    node.int('ceil_mode', 0) === 0 &&
    (node.ints('dilations') ?? []).every((dilation) => dilation === 1)
  );
}

function axisOf(node: Node, axis: number, size: number, kernel: number): Axis {
  const pads = node.ints('pads') ?? [];
  const [before = 0, behind = 0] = [pads[axis], pads[axis + pads.length / 2]];
  return { size, kernel, stride: node.ints('strides')?.[axis] ?? 1, before, behind };
}

/** Positions of each window that lie within the picture. */
function countsAlong({ size, kernel, stride, before, behind }: Axis): readonly number[] {
  const count = Math.floor((size + before + behind - kernel) / stride) + 1;
  return Array.from({ length: count }, (_, index) => {
    const first = index * stride - before;
    return Math.min(first + kernel, size) - Math.max(first, 0);
  });
}
