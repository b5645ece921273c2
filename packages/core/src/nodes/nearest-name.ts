/**
 * The candidate a mistyped name most likely meant: the one with the fewest typing slips (at most a third of its
 * letters), else the first that begins with what was typed. Case is ignored.
 */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  const typed = name.toLowerCase();
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  let completion: string | undefined;
  for (const candidate of candidates) {
    const target = candidate.toLowerCase();
    const distance = editDistance(typed, target);
    const allowed = Math.max(1, Math.floor(Math.max(typed.length, target.length) / 3));
    if (distance <= allowed && distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
    if (completion === undefined && typed.length > 1 && target.startsWith(typed)) completion = candidate;
  }
  return best ?? completion;
}

/**
 * Damerau-Levenshtein distance in its optimal string alignment form: insertions, deletions, substitutions and swaps
 * of neighbours that lead from one text to the other (Damerau 1964).
 */
export function editDistance(from: string, to: string): number {
  const width = to.length + 1;
  let beforePrevious = new Uint32Array(width);
  let previous = Uint32Array.from({ length: width }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = new Uint32Array(width).fill(row, 0, 1);
    for (let column = 1; column < width; column++) {
      const same = from[row - 1] === to[column - 1];
      const substituted = (previous[column - 1] ?? 0) + (same ? 0 : 1);
      let distance = Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, substituted);
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (swapped) distance = Math.min(distance, (beforePrevious[column - 2] ?? 0) + 1);
      current[column] = distance;
    }
    [beforePrevious, previous] = [previous, current];
  }
  return previous[to.length] ?? 0;
}
