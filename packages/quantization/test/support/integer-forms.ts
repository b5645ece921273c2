import {
  type AttributeValue,
  dimsReader,
  float32Tensor,
  type Model,
  memoryTensor,
  type NodeSpec,
  present,
  propagateShapes,
  type Tensor,
} from '@onnx-compress/graph';
import { buildModel, runModel } from '@onnx-compress/test-kit';
import { runtimeContext } from '@onnx-compress/test-kit/runtime';
import type { Certificate } from '../../src/dyadic/exactness/certificate.js';
import { certify } from '../../src/dyadic/exactness/certify.js';
import type { FunctionTable } from '../../src/dyadic/functions/function-table.js';
import { functionTables } from '../../src/dyadic/functions/function-tables.js';
import { toIntegerForm } from '../../src/dyadic/integer-form/to-integer-form.js';
import { readSites, type Sites } from '../../src/dyadic/reading/read-sites.js';

/** A scale with its zero point. */
export interface Step {
  readonly scale: number;
  readonly zeroPoint: number;
}

/** Sites of a model, with shapes by rules. */
function sitesOf(model: Model): Promise<Sites> {
  return readSites(model, dimsReader(propagateShapes(model, new Map())));
}

/** A copy in plain integers, and what is known of each operator. */
export async function inIntegers(model: Model): Promise<{
  readonly integers: Model;
  readonly certificates: readonly Certificate[];
  readonly tables: readonly FunctionTable[];
  readonly skipped: Sites['skipped'];
}> {
  const integers = model.clone();
  const { sites, skipped } = await sitesOf(integers);
  const tables = await functionTables(integers, sites, runtimeContext());
  const certificates: Certificate[] = [];
  for (const site of sites) {
    const certificate = await certify(site);
    if (certificate) certificates.push(certificate);
  }
  await toIntegerForm(integers, sites, tables);
  const problems = integers.validate();
  if (problems.length > 0) throw new Error(`unsound in integers:\n${problems.join('\n')}`);
  return { integers, certificates, tables: [...tables.values()], skipped };
}

/** How many of the integers that two models give differ. */
export async function differences(
  left: Model,
  right: Model,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<{ readonly count: number; readonly different: number; readonly largest: number }> {
  const ofLeft = await runModel(left, feeds);
  const ofRight = await runModel(right, feeds);
  let [count, different, largest] = [0, 0, 0];
  for (const [name, tensor] of ofLeft) {
    const [a, b] = [await tensor.bytes(), await present(ofRight.get(name), name).bytes()];
    for (const [index, value] of a.entries()) {
      const difference = Math.abs(value - (b[index] ?? Number.NaN));
      count++;
      if (difference !== 0) different++;
      largest = Math.max(largest, difference);
    }
  }
  return { count, different, largest };
}

/** What `operatorModel` is made of. */
export interface OperatorSpec {
  readonly opType: string;
  readonly inputs: readonly (Step & { readonly dims: readonly number[] })[];
  readonly output: Step;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** An operator between uint8 values that are fed, q0 and q1, and given, y, as integers. */
export function operatorModel({ opType, inputs, output, attributes }: OperatorSpec): Model {
  const weights: Record<string, Tensor> = {};
  const step = (name: string, { scale, zeroPoint }: Step) => {
    weights[`${name}_scale`] = float32Tensor([], [scale]);
    weights[`${name}_zero`] = memoryTensor('uint8', [], Uint8Array.of(zeroPoint));
    return [`${name}_scale`, `${name}_zero`];
  };
  const nodes: NodeSpec[] = inputs.map((input, index) => ({
    opType: 'DequantizeLinear',
    inputs: [`q${index}`, ...step(`q${index}`, input)],
    outputs: [`x${index}`],
  }));
  nodes.push({ opType, inputs: inputs.map((_, index) => `x${index}`), outputs: ['z'], attributes });
  nodes.push({ opType: 'QuantizeLinear', inputs: ['z', ...step('y', output)], outputs: ['y'] });
  const fed = Object.fromEntries(inputs.map(({ dims }, index) => [`q${index}`, ['uint8', dims] as const]));
  return buildModel({ inputs: fed, outputs: ['y'], weights, nodes });
}
