import type { Skip, Target } from '@onnx-compress/core';
import { dimsReader, type Model, type Node, type ShapeTable, type Value } from '@onnx-compress/graph';
import type { Layer } from '../../layers/layer.js';
import { integersTakeLonger } from '../../messages.js';
import type { ScaleClass, StaticPlan } from '../static-plan.js';
import { withIntegerOperators } from '../targets/integer-operators.js';
import { TARGET_TABLES } from '../targets/target-tables.js';
import { type Candidates, findCandidates } from './candidates.js';
import { integerDepth } from './downstream.js';
import { KernelTimes } from './kernel-times.js';
import { integerSide } from './region-network.js';
import { scaleClasses } from './scale-classes.js';
import { mayEndInFloat, type Unit } from './unit.js';

/** What a placement depends on besides the model. */
export interface PlacementRequest {
  /** Types and shapes of all values. */
  readonly types: ShapeTable;
  /** The machine whose figures decide. */
  readonly target: Target;
  /** `auto` puts on integers what is faster there; `static` prefers integers for layers and keeps few in floats. */
  readonly mode: 'auto' | 'static';
  /** Operators that are taken for as fast on integers as on floats, with or without integer kernels. */
  readonly integerOperators?: ReadonlySet<string> | undefined;
}

/** How many times the float time of layers counts: integers have to gain a tenth, or are wanted in any case. */
const PREFERENCES = { auto: 0.9, static: 4 } as const;

/**
 * A value with no more integer layers ahead, on the longest path to an output, is not clipped: its error would not
 * average out any more, and rare large values decide there (3 dB on some samples of SqueezeNet 1.1).
 */
const LATE_LAYERS = 3;

/**
 * Chooses what runs on integers with scales that are known beforehand: the division of the main graph into integer and
 * float operators that takes the least time on the target, conversions at the borders counted, without what would
 * spoil the outputs.
 *
 * @param layers of `findLayers`; all others stay in floats.
 */
export function placeStatic(model: Model, layers: readonly Layer[], request: PlacementRequest): StaticPlan {
  const { types, target, mode, integerOperators = new Set<string>() } = request;
  const figures = withIntegerOperators(TARGET_TABLES[target], integerOperators);
  const times = new KernelTimes(figures, dimsReader(types), mode === 'auto');
  const candidates = findCandidates(model, layers, types, times, mode === 'auto');
  const { units, possible, together } = candidates;
  const integers = integerSide({ units, candidates: possible, together, preference: PREFERENCES[mode] }, times);
  const values = quantizedValues(integers);
  const depth = integerDepth(units, integers);
  const classes = scaleClasses(values, integers, units, times.table);
  return {
    nodes: nodesOf(integers, values),
    classes: classes.map((members) => scaleClass(members, depth)),
    skipped: skippedLayers(layers, integers, candidates),
  };
}

/** All that integer kernels read and give; products end in floats where no integer kernel reads on. */
function quantizedValues(integers: ReadonlySet<Unit>): ReadonlySet<Value> {
  const values = new Set<Value>();
  for (const unit of integers) {
    for (const value of unit.inputs) values.add(value);
    if (!mayEndInFloat(unit)) for (const value of unit.outputs) values.add(value);
  }
  return values;
}

function scaleClass(values: readonly Value[], depth: (value: Value) => number): ScaleClass {
  return { values, mayClip: values.every((value) => depth(value) > LATE_LAYERS) };
}

/** Without a quantized value behind it, what a kernel could do alongside stays a float operator. */
function nodesOf(integers: ReadonlySet<Unit>, values: ReadonlySet<Value>): ReadonlySet<Node> {
  const nodes = new Set<Node>();
  for (const { node, folded, outputs } of integers) {
    nodes.add(node);
    if (outputs.some((value) => values.has(value))) for (const member of folded) nodes.add(member);
  }
  return nodes;
}

function skippedLayers(
  layers: readonly Layer[],
  integers: ReadonlySet<Unit>,
  { units, reasons }: Candidates,
): readonly Skip[] {
  const skips = new Map<Node, string>();
  for (const layer of layers) {
    const unit = units.of.get(layer.node);
    if (layer.use.kind === 'rows' || (unit && integers.has(unit))) continue;
    skips.set(layer.node, reasons.get(layer) ?? integersTakeLonger());
  }
  return [...skips].map(([{ label }, reason]) => ({ node: label, reason }));
}
