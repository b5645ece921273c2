import { type DimsOf, elementCount, type Node, present } from '@onnx-compress/graph';
import { resultOf, valueAt } from './read-values.js';
import type { BinarySite, IntegerResult, IntegerValue, JoinSite, MoveSite, PoolSite, Site } from './site.js';
import { windowCounts } from './window-counts.js';

/** Reads an operator without weights; undefined where it is not surrounded by integers. */
export type SiteReader = (node: Node, dimsOf: DimsOf) => Promise<Site | undefined>;

export const readBinary: SiteReader = async (node): Promise<BinarySite | undefined> => {
  const [left, right, result] = [await valueAt(node, 0), await valueAt(node, 1), await resultOf(node)];
  if (!left || !right || !result || (node.opType !== 'Add' && node.opType !== 'Mul')) return undefined;
  return { kind: 'binary', node, operator: node.opType, left, right, result };
};

/** Concat joins all that it reads, Where the two behind its condition. */
export const readJoin: SiteReader = async (node): Promise<JoinSite | undefined> => {
  const indices = [...node.inputs.keys()].slice(node.opType === 'Where' ? 1 : 0);
  const values = await Promise.all(indices.map((index) => valueAt(node, index)));
  const parts = values.filter((value): value is IntegerValue => value !== undefined);
  const result = await resultOf(node);
  return result && parts.length === values.length ? { kind: 'join', node, parts, result } : undefined;
};

/** Averages over all positions, or over windows whose places are told by numbers. */
export const readPool: SiteReader = async (node, dimsOf): Promise<PoolSite | undefined> => {
  const data = await valueAt(node, 0);
  const result = await resultOf(node);
  const dims = dimsOf(present(node.input(0), `input of ${node.label}`));
  const counts = dims && (node.opType === 'AveragePool' ? windowCounts(node, dims) : wholeCount(dims));
  return data && result && counts ? { kind: 'pool', node, data, dims, ...counts, result } : undefined;
};

const wholeCount = (dims: readonly number[]) => ({ positions: [elementCount(dims.slice(2))], windows: [] });

export const readMove: SiteReader = async (node): Promise<MoveSite | undefined> => {
  const data = await valueAt(node, 0);
  const outputs = await Promise.all(node.outputs.map((_, index) => resultOf(node, index)));
  const results = outputs.filter((output): output is IntegerResult => output !== undefined);
  if (!data || results.length < outputs.length) return undefined;
  const isSame = results.every(({ scale, zeroPoint }) => scale === data.scale && zeroPoint === data.zeroPoint);
  return isSame ? { kind: 'move', node, data, results } : undefined;
};
