import type { Change, JsonValue } from '@onnx-compress/core';

/** A layer whose weight was quantized. */
export interface QuantizedLayer {
  readonly node: string;
  readonly operator: string;
  /** `static`, `dynamic` or `weight-only`: see the documentation of quantization. */
  readonly form: string;
  /** Signal-to-noise ratio of the weight in dB; null where rounding takes nothing from it. */
  readonly weightSnrDb: number | null;
  /** What the integers of its input reach; null where these are found at run time, or there are none. */
  readonly inputRange: readonly [low: number, high: number] | null;
  /** Of the weight in the file; 0 where another layer with the same weight has them. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** Whether onnxruntime computes it on integers; null where it is not meant to, or nobody looked. */
  readonly fused: boolean | null;
  /** Why its activations stay in float, where there were samples to quantize them. */
  readonly floatActivations?: string;
}

const numberOf = (value: JsonValue | undefined) => (typeof value === 'number' ? value : 0);

const textOf = (value: JsonValue | undefined) => (typeof value === 'string' ? value : '');

function rangeOf(value: JsonValue | undefined): QuantizedLayer['inputRange'] {
  if (!Array.isArray(value)) return null;
  const [low, high] = value;
  return typeof low === 'number' && typeof high === 'number' ? [low, high] : null;
}

function layerOf(change: Change): readonly QuantizedLayer[] {
  const { node, operator, form, weightSnrDb, inputRange, bytesBefore, bytesAfter, fused, floatActivations } = change;
  if (weightSnrDb !== null && typeof weightSnrDb !== 'number') return [];
  const layer = {
    node,
    operator: textOf(operator),
    form: textOf(form),
    weightSnrDb,
    inputRange: rangeOf(inputRange),
    bytesBefore: numberOf(bytesBefore),
    bytesAfter: numberOf(bytesAfter),
    fused: typeof fused === 'boolean' ? fused : null,
  };
  return [typeof floatActivations === 'string' ? { ...layer, floatActivations } : layer];
}

const lossless = Number.POSITIVE_INFINITY;

/** The layers that a step quantized to integers, those whose weights lose most first. Pure. */
export function quantizedLayers(changed: readonly Change[]): readonly QuantizedLayer[] {
  const snr = ({ weightSnrDb }: QuantizedLayer) => weightSnrDb ?? lossless;
  return changed.flatMap(layerOf).sort((left, right) => (snr(left) === snr(right) ? 0 : snr(left) - snr(right)));
}

/** How many layers have each form, the most frequent first. */
export function formCounts(layers: readonly Pick<QuantizedLayer, 'form'>[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const { form } of layers) counts.set(form, (counts.get(form) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([, left], [, right]) => right - left));
}
