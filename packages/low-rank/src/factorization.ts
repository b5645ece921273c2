import type { NodeSelection, Transform } from '@onnx-compress/core';
import { factorizeModel } from './factorize-model.js';
import type { LowRankOptions } from './options.js';
import type { SiteOf } from './sites/site.js';

/** One way to write layers as several smaller ones. */
export interface Method {
  readonly name: string;
  readonly siteOf: SiteOf;
}

/**
 * The step of a method: truncates the weights of layers to ranks that a rule chooses, in the metric of the data where
 * there are samples, writes the factors as layers of their own, and repairs what is behind.
 */
export function factorization(method: Method, options: LowRankOptions, nodes: NodeSelection): Transform {
  return {
    name: `low-rank ${method.name}`,
    exact: false,
    run: (model, context) => factorizeModel(model, { siteOf: method.siteOf, options, nodes }, context),
  };
}
