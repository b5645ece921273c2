/** One axis of a weight beside an operand that broadcasts to it. */
interface Level {
  readonly size: number;
  /** Elements of the weight from one position to the next. */
  readonly step: number;
  /** Elements of the operand from one position, or block of them, to the next; 0 where it has one for all. */
  readonly operandStep: number;
  /** Positions that share an element of the operand. */
  readonly shared: number;
}

/** The axes, outermost first; undefined where the operand does not broadcast to the weight. */
function levelsOf(dims: readonly number[], own: readonly number[]): readonly Level[] | undefined {
  if (own.length > dims.length) return undefined;
  const levels: Level[] = [];
  let [step, operandStep] = [1, 1];
  for (let back = 1; back <= dims.length; back++) {
    const [size, length] = [dims.at(-back) ?? 1, own.at(-back) ?? 1];
    if (length > size) return undefined;
    levels.unshift({ size, step, operandStep: length === 1 ? 0 : operandStep, shared: Math.ceil(size / length) });
    step *= size;
    operandStep *= length;
  }
  return levels;
}

/** Combines each element with the operand's element that broadcasting, or a block, lays over it. */
function combined(
  values: Float32Array,
  dims: readonly number[],
  operand: Float32Array,
  operandDims: readonly number[],
  combine: (value: number, other: number) => number,
): Float32Array {
  const levels = levelsOf(dims, operandDims);
  if (levels === undefined) return values;
  const result = new Float32Array(values.length);
  const uniform = levels.findLastIndex(({ operandStep }) => operandStep > 0);
  const walk = (depth: number, start: number, place: number) => {
    const level = levels[depth];
    if (level === undefined || depth > uniform) {
      const [end, other] = [start + (levels[depth - 1]?.step ?? values.length), operand[place] ?? Number.NaN];
      for (let element = start; element < end; element++) result[element] = combine(values[element] ?? 0, other);
      return;
    }
    const { size, step, operandStep, shared } = level;
    for (let position = 0; position < size; position++) {
      walk(depth + 1, start + position * step, place + Math.floor(position / shared) * operandStep);
    }
  };
  walk(0, 0, 0);
  return result;
}

/** Elements times the factors that broadcasting lays over them. Factors that do not fit leave the elements alone. */
export function multiplied(
  values: Float32Array,
  dims: readonly number[],
  factors: Float32Array,
  factorDims: readonly number[],
): Float32Array {
  return combined(values, dims, factors, factorDims, (value, factor) => value * factor);
}

/** Elements less the zero points that broadcasting lays over them. */
export function zeroPointsSubtracted(
  values: Float32Array,
  dims: readonly number[],
  zeroPoints: Float32Array,
  zeroPointDims: readonly number[],
): Float32Array {
  return combined(values, dims, zeroPoints, zeroPointDims, (value, zeroPoint) => value - zeroPoint);
}
