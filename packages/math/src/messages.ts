export function layoutMismatch(actual: number, expected: number): RangeError {
  return new RangeError(`the channel layout describes ${expected} elements, the values hold ${actual}`);
}

export function axisOutOfRank(axis: number, rank: number): RangeError {
  return new RangeError(`axis ${axis} is outside a tensor of rank ${rank}`);
}

export function lengthMismatch(what: string, actual: number, expected: number): RangeError {
  return new RangeError(`${what}: expected ${expected} elements, got ${actual}`);
}

export function byteLengthMismatch(what: string, actual: number, expected: number): RangeError {
  return new RangeError(`${what}: expected ${expected} bytes, got ${actual}`);
}

export function indexOutOfRange(index: number, size: number): RangeError {
  return new RangeError(`index ${index} is outside an axis of size ${size}`);
}

export function badExponent(p: number): RangeError {
  return new RangeError(`the exponent of a norm must be above 0, got ${p}`);
}

export function emptyRange(low: number, high: number, bins: number): RangeError {
  return new RangeError(`a histogram needs low < high and at least one bin, got ${bins} bins from ${low} to ${high}`);
}

export function notFinite(what: string, index: number): RangeError {
  return new RangeError(`${what}: element ${index} is not a finite number`);
}

export function bitsOutOfRange(bits: number): RangeError {
  return new RangeError(`numbers are packed with 1 to 8 bits, got ${bits}`);
}

export function badClusterCount(clusters: number): RangeError {
  return new RangeError(`at least one cluster is needed, got ${clusters}`);
}

export function assignmentWithoutOptions(): RangeError {
  return new RangeError('every item of an assignment needs at least one option');
}
