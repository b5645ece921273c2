import type { Context, JsonValue } from '@onnx-compress/core';
import { type Dim, dimsReader, type Model, propagateShapes } from '@onnx-compress/graph';
import type { Certificate } from './exactness/certificate.js';
import { certify } from './exactness/certify.js';
import type { FunctionTable } from './functions/function-table.js';
import { functionTables } from './functions/function-tables.js';
import { dyadicOf } from './number/dyadic.js';
import { readSites } from './reading/read-sites.js';
import type { IntegerValue, Site } from './reading/site.js';

/** A site with what is known of its exactness. */
export interface CertifiedSite {
  readonly site: Site;
  /** Undefined where nothing is rescaled. */
  readonly certificate: Certificate | undefined;
  /** What integers become where they go through any function; undefined elsewhere, and where it was not computed. */
  readonly table: FunctionTable | undefined;
}

/**
 * What a device without floats needs beside the weights of a quantized model: for every value its integer type, zero
 * point and scale `b / 2^c`, and for every operator what it reads and gives, its multipliers `b / 2^c` and whether the
 * kernels of onnxruntime give the same integers. Other functions of one integer, such as Sigmoid, have a table of what
 * 0 to 255 (-128 to 127) become.
 *
 * @param model with QuantizeLinear and DequantizeLinear, such as `int8-dyadic` writes by default
 * @param sizes of open input dimensions, by symbol; global averages are listed only where sizes are known
 * @param runs what runs models, as a `Context` or `createSampleRuns` has it; without it, tables are left out
 * @throws CancelledError when the signal fires
 * @example await writeFile('model.dyadic.json', JSON.stringify(await dyadicSidecar(model)));
 */
export async function dyadicSidecar(
  model: Model,
  sizes: ReadonlyMap<string, Dim> = new Map(),
  runs?: Pick<Context, 'runs' | 'signal'>,
): Promise<JsonValue> {
  const { sites, skipped } = await readSites(model, dimsReader(propagateShapes(model, sizes)));
  const tables = runs && (await functionTables(model, sites, runs));
  const certified: CertifiedSite[] = [];
  for (const site of sites) certified.push({ site, certificate: await certify(site), table: tables?.get(site) });
  return { ...describe(certified), skipped: skipped.map(({ node, reason }) => ({ node, reason })) };
}

/** Values and operators as the sidecar lists them. */
export function describe(certified: readonly CertifiedSite[]): {
  readonly values: readonly JsonValue[];
  readonly operators: readonly JsonValue[];
} {
  const values = new Map<string, IntegerValue>();
  for (const { site } of certified)
    for (const value of [...inputsOf(site), ...resultsOf(site)]) values.set(value.name, value);
  return { values: [...values.values()].map(describeValue), operators: certified.map(describeOperator) };
}

function describeValue({ name, dataType, scale, zeroPoint }: IntegerValue): JsonValue {
  const { numerator: b, shift: c } = dyadicOf(scale);
  return { name, type: dataType, bits: 8, zeroPoint, scale: { b, c } };
}

function describeOperator({ site, certificate, table }: CertifiedSite): JsonValue {
  return {
    node: site.node.label,
    operator: operatorsOf(site),
    inputs: inputsOf(site).map(({ name }) => name),
    outputs: outputsOf(site),
    ...constantsOf(site),
    ...(certificate && {
      b: certificate.multipliers.map(({ numerator }) => numerator),
      c: certificate.multipliers.map(({ shift }) => shift),
      ...exactnessOf(certificate),
    }),
    ...(table && { table: table.integers, exact: table.exact, ...(!table.exact && { offByOne: table.offByOne }) }),
  };
}

/** A function of one integer may take several. */
function operatorsOf(site: Site): string {
  if (site.kind !== 'function') return site.node.opType;
  const operators = site.nodes.map(({ opType }) => opType);
  return operators.toReversed().join(', ');
}

/** What a report says of one operator. */
export function exactnessOf({ exact, accumulatorBits, multiplierBits, offByOne }: Certificate) {
  return { exact, accumulatorBits, multiplierBits, ...(!exact && { offByOne }) };
}

function inputsOf(site: Site): readonly IntegerValue[] {
  switch (site.kind) {
    case 'binary':
      return [site.left, site.right];
    case 'join':
      return site.parts;
    default:
      return [site.data];
  }
}

function resultsOf(site: Site): readonly IntegerValue[] {
  if (site.kind === 'move') return site.results;
  return site.result ? [site.result] : [];
}

function outputsOf(site: Site): readonly string[] {
  return site.kind === 'layer' && !site.result ? [site.floats.name] : resultsOf(site).map(({ name }) => name);
}

function constantsOf(site: Site) {
  if (site.kind !== 'layer') return {};
  const { weight, bias } = site;
  return {
    weight: { name: weight.name, type: 'int8', bits: 8, zeroPoint: 0 },
    ...(bias && { bias: { name: bias.name, type: 'int32', bits: 32, zeroPoint: 0 } }),
  };
}
