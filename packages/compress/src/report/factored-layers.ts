import type { Change, JsonValue } from '@onnx-compress/core';

/** A layer in whose place two or three thin ones stand. */
export interface FactoredLayer {
  readonly node: string;
  readonly operator: string;
  /** Of the factors; of a convolution between two others, of its inputs and of its outputs. */
  readonly ranks: readonly number[];
  /** Largest rank with factors cheaper than the layer, the same on both axes where there are two; null where not told. */
  readonly breakEven: number | null;
  /** Part of the energy that the factors hold, 0 to 1: of the weight, or of the output on samples. */
  readonly energyKept: number;
  /** Error of the output before and after the refit, as a part of its variance; null without samples. */
  readonly errorBefore: number | null;
  readonly errorAfter: number | null;
  readonly parametersBefore: number;
  readonly parametersAfter: number;
  /** Null where the shapes are not known. */
  readonly macsBefore: number | null;
  readonly macsAfter: number | null;
  /** Milliseconds of one inference, all factors together; null where they were not measured. */
  readonly timeBeforeMs: number | null;
  readonly timeAfterMs: number | null;
}

const isNumber = (value: JsonValue | undefined) => typeof value === 'number';

const numberOrNull = (value: JsonValue | undefined) => (isNumber(value) ? value : null);

const ranksOf = (rank: JsonValue | undefined): readonly number[] => [rank].flat().filter(isNumber);

function layerOf(change: Change): readonly FactoredLayer[] {
  const { node, operator, rank, energyKept } = change;
  const ranks = ranksOf(rank);
  if (ranks.length === 0) return [];
  return [
    {
      node,
      operator: typeof operator === 'string' ? operator : '',
      ranks,
      breakEven: numberOrNull(change.breakEven),
      energyKept: numberOrNull(energyKept) ?? 1,
      errorBefore: numberOrNull(change.errorBefore),
      errorAfter: numberOrNull(change.errorAfter),
      parametersBefore: numberOrNull(change.parametersBefore) ?? 0,
      parametersAfter: numberOrNull(change.parametersAfter) ?? 0,
      macsBefore: numberOrNull(change.macsBefore),
      macsAfter: numberOrNull(change.macsAfter),
      timeBeforeMs: numberOrNull(change.timeBeforeMs),
      timeAfterMs: numberOrNull(change.timeAfterMs),
    },
  ];
}

/** What a layer lost, the most telling figure that is known of it. */
const lossOf = ({ errorAfter, errorBefore, energyKept }: FactoredLayer) => errorAfter ?? errorBefore ?? 1 - energyKept;

/** The layers that a step factored, those that lose most first. Pure. */
export function factoredLayers(changed: readonly Change[]): readonly FactoredLayer[] {
  return changed.flatMap(layerOf).sort((left, right) => lossOf(right) - lossOf(left));
}
