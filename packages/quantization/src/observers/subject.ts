import type { Context } from '@onnx-compress/core';
import type { DataType, Model, Value } from '@onnx-compress/graph';
import { notObservable } from '../messages.js';
import { ItemExtremes } from './extremes/item-extremes.js';
import type { FloatValue } from './extremes/value-extremes.js';
import { sourcesOf } from './moved-values.js';
import type { ObservedClass } from './observed-class.js';

const FLOATS: ReadonlySet<DataType | undefined> = new Set(['float32', 'float16', 'float64', 'bfloat16', undefined]);

/** A class while it is observed. */
export interface Subject {
  readonly mayClip: boolean;
  /** The values that show all that the class holds. */
  readonly sources: readonly FloatValue[];
  readonly extremes: ItemExtremes;
}

function valueNamed(model: Model, name: string): Value {
  const value = model.graph.value(name);
  if (value?.definition === undefined) throw notObservable(name, 'the main graph does not compute it');
  return value;
}

/**
 * Looks up what has to be observed of each class.
 *
 * @throws StepError `ACTIVATION_NOT_OBSERVABLE` for a value that does not exist or holds no floats, and for a class
 * without values
 */
export async function subjectsOf(
  model: Model,
  classes: readonly ObservedClass[],
  { shapes, dims, signal }: Pick<Context, 'shapes' | 'dims' | 'signal'>,
): Promise<readonly Subject[]> {
  const types = await shapes.infer(model, dims, signal);
  return classes.map(({ values, mayClip }) => {
    const sources = sourcesOf(values.map((name) => valueNamed(model, name))).map((value) => {
      const { dataType, dims: shape } = types.get(value) ?? {};
      if (!FLOATS.has(dataType)) throw notObservable(value.name, `it holds ${dataType}`);
      return { name: value.name, rank: shape?.length };
    });
    return { mayClip, sources, extremes: new ItemExtremes() };
  });
}
