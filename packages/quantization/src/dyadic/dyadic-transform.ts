import {
  type Change,
  type Context,
  type NodeSelection,
  type StepResult,
  type Transform,
  throwIfAborted,
} from '@onnx-compress/core';
import { dimsReader, type Model, propagateShapes } from '@onnx-compress/graph';
import { sampleDims } from '@onnx-compress/recovery';
import { type Int8Options, int8Options } from '../int8-options.js';
import { int8Transform } from '../int8-transform.js';
import { integersMayDiffer, optionNeedsSamples } from '../messages.js';
import { type DyadicOptions, scalingOf } from './dyadic-options.js';
import { type CertifiedSite, describe, exactnessOf } from './dyadic-sidecar.js';
import { certify } from './exactness/certify.js';
import { functionTables, type Tables } from './functions/function-tables.js';
import { toIntegerForm } from './integer-form/to-integer-form.js';
import { INTEGER_OPERATORS } from './integer-operators.js';
import { readSites, type Sites } from './reading/read-sites.js';
import { dyadicRule } from './scales/dyadic-rule.js';

const NAME = 'int8-dyadic';

/**
 * Quantizes to int8 with scales known beforehand, such that every sum of a layer is rescaled by an integer over a power
 * of two; says of every layer whether float kernels give what integers give; and writes plain integers if asked to.
 */
export function dyadicTransform(options: DyadicOptions, nodes: NodeSelection): Transform {
  const scaleRule = dyadicRule(scalingOf(options));
  const scheme = { name: NAME, granularity: 'per-channel', scaleRule, integerOperators: INTEGER_OPERATORS } as const;
  const quantize = int8Transform(scheme, staticOptions(options), nodes);
  return {
    name: quantize.name,
    exact: false,
    async run(model, context) {
      if (context.calibration === undefined) throw optionNeedsSamples(NAME);
      const result = await quantize.run(model, context);
      const sites = await sitesOf(model, context);
      const tables = await functionTables(model, sites.sites, context);
      const certified = await certifyAll(sites, tables, context);
      if (options.format === 'integer') await toIntegerForm(model, sites.sites, tables);
      return withCertificates(result, certified, sites.skipped);
    },
  };
}

function staticOptions({ format, scales, weights, multiplierBits, ...shared }: DyadicOptions): Int8Options {
  return { ...int8Options.parse({}), ...shared, activations: 'static' };
}

async function sitesOf(model: Model, { calibration, dims }: Context): Promise<Sites> {
  const sizes = calibration ? await sampleDims(model, calibration, dims) : dims;
  return readSites(model, dimsReader(propagateShapes(model, sizes)));
}

async function certifyAll(
  { sites }: Sites,
  tables: Tables,
  { signal, warn }: Context,
): Promise<readonly CertifiedSite[]> {
  const certified: CertifiedSite[] = [];
  for (const site of sites) {
    throwIfAborted(signal);
    certified.push({ site, certificate: await certify(site), table: tables.get(site) });
  }
  const counts = certified.map(({ certificate, table }) => (certificate ?? table)?.offByOne ?? 0);
  const offByOne = counts.reduce((sum, count) => sum + count, 0);
  if (offByOne > 0) warn(integersMayDiffer(counts.filter((count) => count > 0).length, offByOne));
  return certified;
}

function withCertificates(
  result: StepResult,
  certified: readonly CertifiedSite[],
  skipped: Sites['skipped'],
): StepResult {
  const known = new Map(certified.map(({ site, certificate }) => [site.node.label, certificate]));
  const changed = result.changed.map((change): Change => {
    const certificate = known.get(change.node);
    return certificate ? { ...change, ...exactnessOf(certificate) } : change;
  });
  const rescaled = certified.filter(({ certificate }) => certificate !== undefined);
  const exact = rescaled.filter(({ certificate }) => certificate?.exact).length;
  const tables = certified.filter(({ table }) => table !== undefined);
  const exactTables = tables.filter(({ table }) => table?.exact).length;
  return {
    ...result,
    changed,
    skipped: [...result.skipped, ...skipped],
    metrics: {
      ...result.metrics,
      ...{ rescaled: rescaled.length, exact },
      ...(tables.length > 0 && { tables: tables.length, exactTables }),
      dyadic: describe(certified),
    },
  };
}
