import type { Graph, Node } from '@onnx-compress/graph';
import { type Axis, axisDim, fixedAxis, fixedReason, isFree } from '../axes/axis.js';
import * as reasons from '../reasons.js';
import type { Axes, Operation } from './operation.js';

/** Axes of a value; undefined where its rank is unknown. */
type MaybeAxes = Axes | undefined;

/** Goes through the nodes of a body that is fed with these axes; returns the axes of its outputs. */
type FollowBody = (body: Graph, inputs: readonly MaybeAxes[]) => readonly MaybeAxes[];

/** What a node with bodies does to axes. */
export type BodyRule = (op: Operation, follow: FollowBody) => readonly MaybeAxes[];

/** Axes of which the length is the same in every iteration only where positions are followed one by one. */
function carried(op: Operation, axes: MaybeAxes): MaybeAxes {
  return axes?.map((axis) => (isFree(axis) ? axis : op.unknownAxis(fixedReason(axis))));
}

/** The axes that an iteration gives, where it leaves their length as it was those of the first one. */
function unchanged(result: MaybeAxes, fed: MaybeAxes, initial: MaybeAxes): MaybeAxes {
  return result?.map((axis, index) => {
    const [before, first] = [fed?.[index], initial?.[index]];
    const same = before !== undefined && !isFree(axis) && axisDim(before) === axisDim(axis);
    return same && first !== undefined ? first : axis;
  });
}

/** One axis of values of which any may be the result: the same in all of them, or else none that can be followed. */
function commonAxis(op: Operation, axes: Axes): Axis {
  const [first = fixedAxis(1, reasons.single()), ...others] = axes;
  const size = axisDim(first);
  if (size !== undefined && others.every((other) => axisDim(other) === size)) {
    for (const other of others) op.unify(first, other);
    return axes.find(isFree) ?? first;
  }
  for (const axis of axes) op.pin(axis, reasons.differingBodies(op.node));
  return op.unknownAxis(fixedReason(axes.find((axis) => !isFree(axis)) ?? first));
}

/** Axes of a value that is any of the given ones; unknown where their ranks differ. */
function common(op: Operation, values: readonly MaybeAxes[]): MaybeAxes {
  const [first] = values;
  if (first !== undefined && values.every((axes) => axes?.length === first.length)) {
    return first.map((_, index) =>
      commonAxis(
        op,
        values.flatMap((axes) => axes?.slice(index, index + 1) ?? []),
      ),
    );
  }
  for (const axis of values.flatMap((axes) => axes ?? [])) op.pin(axis, reasons.differingBodies(op.node));
  return undefined;
}

/** If: an output is that of either branch. */
const ifBranches: BodyRule = (op, follow) => {
  const branches = op.node.subgraphs().map(({ graph }) => follow(graph, []));
  return op.node.outputs.map((_, index) =>
    common(
      op,
      branches.map((outputs) => outputs[index]),
    ),
  );
};

/** Loop: carried values have the same axes before, in and after every iteration; scanned ones gain a leading axis. */
const loop: BodyRule = (op, follow) => {
  const [body] = op.node.subgraphs();
  if (body === undefined) return op.refuse(reasons.noRule(op.node));
  const initial = op.node.inputs.slice(2).map((_, index) => op.inputs[index + 2]);
  const fed = initial.map((axes) => carried(op, axes));
  const [, ...outputs] = follow(body.graph, [[], [], ...fed]);
  return op.node.outputs.map((_, index) => {
    const first = initial[index];
    if (index < initial.length) return common(op, [first, unchanged(outputs[index], fed[index], first)]);
    const element = outputs[index];
    return element && [op.unknownAxis(reasons.spatial(op.node)), ...element];
  });
};

/** Axis number that may count from the end. */
function absolute(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** What a body sees of a scanned input: all axes but the one that is scanned, which stays. */
function element(op: Operation, axes: MaybeAxes, axis: number): MaybeAxes {
  const scanned = absolute(axis, axes?.length ?? 0);
  op.pin(axes?.[scanned], reasons.reducesOver(op.node));
  return axes?.filter((_, index) => index !== scanned);
}

/** Scan: as Loop, and an axis of each scanned input and output counts the iterations. */
const scan: BodyRule = (op, follow) => {
  const [body] = op.node.subgraphs();
  const states = op.node.inputs.length - op.node.int('num_scan_inputs', 0);
  if (body === undefined) return op.refuse(reasons.noRule(op.node));
  const [inputAxes, outputAxes] = [op.node.ints('scan_input_axes'), op.node.ints('scan_output_axes')];
  const fed = op.node.inputs.map((_, index) => {
    const axes = op.inputs[index];
    return index < states ? axes : element(op, axes, inputAxes?.[index - states] ?? 0);
  });
  const results = follow(body.graph, fed);
  return op.node.outputs.map((_, index) => {
    const result = results[index];
    if (index < states) return common(op, [op.inputs[index], result]);
    const at = absolute(outputAxes?.[index - states] ?? 0, (result?.length ?? 0) + 1);
    return result?.toSpliced(at, 0, op.fixedOutput(at, index));
  });
};

const BODY_RULES: Readonly<Record<string, BodyRule>> = { If: ifBranches, Loop: loop, Scan: scan };

/** The rule of If, Loop and Scan; none for the Scan of opset 8, which has a batch axis. */
export function bodyRuleFor({ domain, opType }: Node, opset: number): BodyRule | undefined {
  return domain === '' && (opType !== 'Scan' || opset > 8) ? BODY_RULES[opType] : undefined;
}
