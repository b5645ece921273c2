import type { Graph, Value } from '@onnx-compress/graph';
import type { Engine } from '../axes/engine.js';
import type { DeclarationEdit } from './edit.js';
import type { Removal } from './removal.js';

function declarationEdit(
  engine: Engine,
  body: Graph,
  value: Value,
  [removal, none]: readonly [Removal, Removal],
): readonly DeclarationEdit[] {
  const sizes = new Map<number, number>();
  for (const [index, axis] of (engine.axesOf(value) ?? []).entries()) {
    const after = removal.count(axis);
    if (!Number.isNaN(after) && after !== none.count(axis)) sizes.set(index, after);
  }
  return sizes.size === 0 ? [] : [{ kind: 'declaration', body, name: value.name, sizes }];
}

/** New lengths for what the bodies of If, Loop and Scan declare of their inputs and outputs. */
export function declarationEdits(engine: Engine, removal: Removal, none: Removal): readonly DeclarationEdit[] {
  return [...engine.bodies].flatMap((body) =>
    [...body.inputs, ...body.outputs].flatMap((value) => declarationEdit(engine, body, value, [removal, none])),
  );
}
