import { executionOrder, type Graph } from '@onnx-compress/graph';
import { channelAxisOf, Expectations } from '@onnx-compress/recovery';
import type { Engine } from '../axes/engine.js';
import type { MeansSource } from '../constants/means-source.js';
import { ConstantZeros } from './constant-zeros.js';
import { exactOrigin } from './exact-origin.js';
import { UnitConstants } from './unit-constants.js';
import { UnitPositions, type Units } from './units.js';
import { zeroCandidates } from './zero-candidates.js';
import { ZeroFlow } from './zero-flow.js';

/** Channels that the input of the model does not reach. */
export interface ConstantChannels {
  /** Units to remove which changes no output, once the layers behind have their constants. */
  readonly removable: Units;
  /** Why other units stay although they hold constants. */
  readonly kept: ReadonlyMap<number, string>;
  /** What removable units hold. */
  readonly means: MeansSource;
}

/** The means that are certain, in terms of the input channels of each layer. */
function exactMeans(expectations: Expectations): MeansSource {
  return async () =>
    async ({ node, data }) => {
      const moments = await expectations.of(data);
      if (moments?.axis !== channelAxisOf(node, (moments?.axis ?? 0) + 1)) return undefined;
      return moments?.mean.map((mean, channel) => (moments.variance[channel] === 0 ? mean : Number.NaN));
    };
}

/**
 * The units that hold the same numbers, whatever the input of the model, wherever a layer sums over them, and that
 * nothing else reads that would notice their absence.
 */
export async function constantChannels(engine: Engine, graph: Graph): Promise<ConstantChannels> {
  const zeros = new ConstantZeros();
  const expectations = new Expectations(engine.types, exactOrigin(zeros));
  const means = exactMeans(expectations);
  const candidates = await zeroCandidates(engine, zeros);
  if (candidates.size === 0) return { removable: candidates, kept: new Map(), means };
  const positions = new UnitPositions(engine, candidates);
  const flow = new ZeroFlow(engine, positions, new UnitConstants(engine, positions, expectations), zeros);
  for (const node of executionOrder(graph)) if (node.opType !== 'Constant') await flow.visit(node);
  for (const body of engine.bodies) flow.noticeAll(body);
  const removable = new Set([...flow.summed].filter((unit) => !flow.noticed.has(unit)));
  return { removable, kept: flow.kept, means };
}
