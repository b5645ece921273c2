import { elementCount, type Node, type Value, weightBehind } from '@onnx-compress/graph';
import { isConstant, isElementwise, isNonlinear } from './operators.js';

/** Most nodes that one activation function is written with. */
const LONGEST = 16;

/** The next value that everything computed from a value goes through. */
interface Step {
  readonly end: Value;
  readonly activates: boolean;
}

/** A node that computes elementwise on known values only, and has not been looked at. */
function nextNode(known: ReadonlySet<Value>, seen: ReadonlySet<Node>): Node | undefined {
  for (const value of known) {
    for (const use of value.uses) {
      if (use.kind !== 'input' || seen.has(use.node) || !isElementwise(use.node)) continue;
      const inputs = use.node.inputs.map((_, index) => use.node.input(index));
      const follows = inputs.every((input) => isConstant(input) || (input !== undefined && known.has(input)));
      if (follows && use.node.graph === value.graph) return use.node;
    }
  }
  return undefined;
}

/** The only value that is read outside of the nodes seen, so that it stands for all others; undefined for several. */
function onlyOpen(known: ReadonlySet<Value>, seen: ReadonlySet<Node>): Value | undefined {
  const open = [...known].filter(
    ({ uses }) => uses.length === 0 || uses.some((use) => use.kind === 'output' || !seen.has(use.node)),
  );
  return open.length === 1 ? open[0] : undefined;
}

/** True for `x * Sigmoid(x)` and its like, which are no linear functions of x either. */
function multipliesComputed(node: Node): boolean {
  return node.opType === 'Mul' && node.inputs.every((_, index) => !isConstant(node.input(index)));
}

function nextStep(start: Value): Step | undefined {
  const known = new Set([start]);
  const seen = new Set<Node>();
  let activates = false;
  while (seen.size < LONGEST) {
    const node = nextNode(known, seen);
    const output = node?.output(0);
    if (node === undefined || output === undefined) return undefined;
    seen.add(node);
    known.add(output);
    activates ||= isNonlinear(node) || multipliesComputed(node);
    const end = onlyOpen(known, seen);
    if (end !== undefined && end !== start) return { end, activates };
  }
  return undefined;
}

/** The end of a Gelu that is written out: the product of its parts is halved last. */
function behindScaling(value: Value): Value {
  const [use, ...others] = value.uses;
  if (use?.kind !== 'input' || others.length > 0 || !['Mul', 'Div'].includes(use.node.opType)) return value;
  const factor = weightBehind(use.node.input(1 - use.index));
  const scaled = factor !== undefined && elementCount(factor.tensor.dims) === 1 ? use.node.output(0) : undefined;
  return scaled ?? value;
}

function followChain(start: Value): Step {
  let end = start;
  for (let step = nextStep(end); step !== undefined; step = nextStep(end)) {
    if (step.activates) return { end: behindScaling(step.end), activates: true };
    end = step.end;
  }
  return { end, activates: false };
}

/** The sum of a value and another computed one, where nothing else reads the value. */
function residualSum({ uses }: Value): Value | undefined {
  const [use, ...others] = uses;
  if (use?.kind !== 'input' || others.length > 0 || !['Add', 'Sum'].includes(use.node.opType)) return undefined;
  return use.node.output(0);
}

/**
 * The value behind the activation function of a layer: normalization, constant factors and summands may lie between,
 * the function may be one operator or written out with several, as `x * Sigmoid(x)` and the erf form of Gelu are.
 * Behind a residual sum only where the layer has no function of its own. Without any, the value at the end of the
 * chain.
 *
 * @param output what the layer computes
 */
export function activationOf(output: Value): Value {
  const own = followChain(output);
  if (own.activates) return own.end;
  const sum = residualSum(own.end);
  const joined = sum && followChain(sum);
  return joined?.activates ? joined.end : own.end;
}
