export function noValues(): RangeError {
  return new RangeError('statistics need at least one value');
}

export function probabilityOutOfRange(p: number): RangeError {
  return new RangeError(`a probability must lie between 0 and 1, got ${p}`);
}
