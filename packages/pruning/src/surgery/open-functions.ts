import { type Context, matchNodes, type NodeSelection, type StepResult } from '@onnx-compress/core';
import { inlineFunctions, type Model } from '@onnx-compress/graph';
import * as messages from '../messages.js';

/** A selection in which a glob that matches a call also matches the nodes that stand in its place. */
function opened({ include, skip }: NodeSelection, model: Model): NodeSelection {
  const labels = Array.from(model.nodes(), ({ label }) => label);
  const isMatch = (glob: string) => labels.some(matchNodes({ include: [glob], skip: [] }));
  const widen = (glob: string) => {
    const matching = [glob, `${glob}/**`].filter(isMatch);
    return matching.length > 0 ? matching : [glob];
  };
  return { include: include.flatMap(widen), skip: skip.flatMap(widen) };
}

/** A copy of the model with the nodes of its functions in place of their calls; the model itself where it has none. */
export function openFunctions(
  model: Model,
  { warn }: Pick<Context, 'warn'>,
): { readonly model: Model; readonly inlined: readonly string[] } {
  if (model.functions.length === 0) return { model, inlined: [] };
  const { model: flat, inlined, kept } = inlineFunctions(model);
  for (const closed of kept) warn(messages.functionStaysClosed(closed));
  return { model: flat, inlined };
}

/**
 * Runs a step on a copy of the model with the nodes of its functions in place of their calls. The model becomes that copy
 * where the step removes something inside a function, or thanks to it; else the step runs on the model as it is.
 *
 * @param run edits the model that it is given, at the selected nodes
 */
export async function withOpenFunctions(
  model: Model,
  nodes: NodeSelection,
  context: Pick<Context, 'warn'>,
  run: (model: Model, nodes: NodeSelection) => Promise<StepResult>,
): Promise<StepResult> {
  if (model.functions.length === 0) return run(model, nodes);
  const labels = new Set(Array.from(model.nodes(), ({ label }) => label));
  const { model: flat, inlined } = openFunctions(model, context);
  const open = await run(flat, opened(nodes, flat));
  if (open.changed.every(({ node }) => labels.has(node))) {
    const closed = await run(model, nodes);
    if (JSON.stringify(closed.changed) === JSON.stringify(open.changed)) return closed;
  }
  context.warn(messages.functionsInlined(inlined));
  model.adopt(flat);
  return { ...open, metrics: { ...open.metrics, inlinedFunctions: inlined } };
}
