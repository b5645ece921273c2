import type { Target } from '@onnx-compress/core';
import { type Model, propagateShapes, ShapeTable } from '@onnx-compress/graph';
import { findLayers } from '../../src/layers/find-layers.js';
import { placeStatic } from '../../src/placement/regions/place-static.js';
import type { StaticPlan } from '../../src/placement/static-plan.js';

/** A placement in names. */
export interface Placed {
  readonly plan: StaticPlan;
  /** Labels of the nodes on integers. */
  readonly nodes: readonly string[];
  /** Names of the values of each class, sorted. */
  readonly classes: readonly (readonly string[])[];
  readonly reasons: ReadonlyMap<string, string>;
}

interface PlacedSettings {
  readonly mode?: 'auto' | 'static';
  readonly target?: Target;
}

/** Places a net all of whose computed values are float32. */
export function placed(model: Model, { mode = 'auto', target = 'node-x64-vnni' }: PlacedSettings = {}): Placed {
  const shapes = propagateShapes(model, new Map());
  const types = new ShapeTable();
  for (const value of model.graph.values()) {
    const dims = shapes.get(value)?.dims;
    if (value.weight === undefined) types.set(value, { dataType: value.declared?.dataType ?? 'float32', dims });
  }
  return inNames(placeStatic(model, findLayers(model, () => true).layers, { types, target, mode }));
}

export function inNames(plan: StaticPlan): Placed {
  return {
    plan,
    nodes: [...plan.nodes].map(({ label }) => label).sort(),
    classes: plan.classes.map(({ values }) => values.map(({ name }) => name).sort()),
    reasons: new Map(plan.skipped.map(({ node, reason }) => [node, reason])),
  };
}
