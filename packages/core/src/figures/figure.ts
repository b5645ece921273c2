/** How the numbers of an axis or column are written. */
export type Unit = 'bytes' | 'count' | 'milliseconds' | 'joules' | 'decibel' | 'part' | 'factor' | 'bits' | 'plain';

/** What a picture says, in words: every figure has a title and a sentence that tells what to see in it. */
interface Titled {
  readonly title: string;
  readonly caption: string;
}

/** One scale of a chart. */
export interface Axis {
  readonly label: string;
  readonly unit: Unit;
  /** Default linear. A logarithmic axis leaves out values that are not above 0. */
  readonly scale?: 'linear' | 'logarithmic';
}

/** Horizontal bars, one group per row and one bar per series: bytes of each layer before and after. */
export interface BarFigure extends Titled {
  readonly kind: 'bars';
  readonly unit: Unit;
  readonly series: readonly string[];
  /** One value per series; null where there is none. */
  readonly rows: readonly { readonly label: string; readonly values: readonly (number | null)[] }[];
  /** True where the values are estimates, which are drawn hatched. */
  readonly estimated?: boolean;
}

/** Curves over a common axis: a singular spectrum, latency over input size. */
export interface LineFigure extends Titled {
  readonly kind: 'lines';
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly { readonly label: string; readonly points: readonly (readonly [number, number])[] }[];
  /** Vertical lines, such as the rank that was chosen. */
  readonly marks?: readonly { readonly label: string; readonly x: number }[];
}

/** Distributions over equal bins, at most two for each row: weights before and after. */
export interface HistogramFigure extends Titled {
  readonly kind: 'histograms';
  readonly unit: Unit;
  readonly series: readonly string[];
  /** `counts` has one list of bins per series over the range from `low` to `high`. */
  readonly rows: readonly {
    readonly label: string;
    readonly low: number;
    readonly high: number;
    readonly counts: readonly (readonly number[])[];
  }[];
}

/** Points in a plane, the best ones joined where `front` says so: size against fidelity. */
export interface ScatterFigure extends Titled {
  readonly kind: 'scatter';
  readonly x: Axis;
  readonly y: Axis;
  readonly points: readonly {
    readonly label: string;
    readonly x: number;
    readonly y: number;
    /** The point everything is compared with, drawn with a ring. */
    readonly reference?: boolean;
    /** True where nothing else is better on both axes. */
    readonly front?: boolean;
  }[];
}

/** Ratios with their intervals around 1: a forest plot with the band of differences too small to matter. */
export interface IntervalFigure extends Titled {
  readonly kind: 'intervals';
  readonly axis: Axis;
  /** Half-width of the band around 1, as a part: 0.02. */
  readonly margin: number;
  readonly rows: readonly {
    readonly label: string;
    readonly value: number;
    readonly low: number;
    readonly high: number;
    readonly note?: string;
  }[];
}

/** Rows and columns as they are. */
export interface TableFigure extends Titled {
  readonly kind: 'table';
  readonly columns: readonly { readonly label: string; readonly unit: Unit | 'text' }[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/**
 * A picture as plain data. A step adds figures to its result; they travel in the JSON report, and a renderer draws
 * them. So a technique shows what it did and knows neither HTML nor SVG, and a stored report can be drawn later.
 *
 * @example
 * const spectrum: Figure = {
 *   kind: 'lines', title: 'Singular values of /fc1', caption: 'Rank 64 keeps 95 % of the energy.',
 *   x: { label: 'rank', unit: 'count' }, y: { label: 'singular value', unit: 'plain', scale: 'logarithmic' },
 *   series: [{ label: '/fc1', points: [[1, 9.1], [2, 4.2]] }], marks: [{ label: 'kept', x: 64 }],
 * };
 */
export type Figure = BarFigure | LineFigure | HistogramFigure | ScatterFigure | IntervalFigure | TableFigure;
