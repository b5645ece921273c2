interface Place {
  readonly x: number;
  readonly y: number;
}

const beats = (a: Place, b: Place) => a.x <= b.x && a.y >= b.y && (a.x < b.x || a.y > b.y);

/** Marks the points that no other beats: none is both further left and higher. */
export function paretoFront<Point extends Place>(
  points: readonly Point[],
): readonly (Point & { readonly front: boolean })[] {
  return points.map((point) => ({ ...point, front: !points.some((other) => beats(other, point)) }));
}
