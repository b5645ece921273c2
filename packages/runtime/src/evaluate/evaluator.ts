import type { Evaluator } from '@onnx-compress/core';
import type { Host } from '../host/contract.js';
import { fromHostTensors, toHostTensors } from '../host/tensors.js';

/**
 * Runs small models in a host, as written and on one thread, so that results do not depend on the machine's fusions.
 * Outputs of types that Node.js cannot read (int4, bfloat16, float8) are left out.
 *
 * @example
 * const evaluator = createEvaluator(createHost('worker'));
 * const outputs = await evaluator.evaluate(await modelBytes(model), new Map(), signal);
 */
export function createEvaluator(host: Host): Evaluator {
  return {
    async evaluate(bytes, feeds, signal) {
      const session = await host.open({ bytes }, { optimization: 'disabled', threads: 1, signal });
      try {
        return fromHostTensors(await session.run(await toHostTensors(feeds), { signal }));
      } finally {
        await session.release();
      }
    },
  };
}
