/** Why an axis keeps its length: the texts that end up in a report's list of skipped nodes. */

const named = (node: { readonly label: string; readonly opType: string }) => `${node.opType} "${node.label}"`;

interface Named {
  readonly label: string;
  readonly opType: string;
}

export const single = () => 'a single channel has nothing to remove';
export const merged = () => 'two prunable axes are merged into one';
export const outerPart = () => 'the axis is split into blocks of equal size';
export const regrouped = () => 'the axis is regrouped in a way that cannot be followed';
export const graphInput = (name: string) => `tied to graph input "${name}"`;
export const graphOutput = (name: string) => `the channels are those of graph output "${name}"`;
export const spatial = (node: Named) => `tied to a batch or spatial axis at ${named(node)}`;
export const captured = (name: string) => `value "${name}" is used inside a subgraph`;
export const packedWeight = (name: string) => `weight "${name}" has elements that cannot be sliced one by one`;
export const longWeight = (name: string) => `weight "${name}" has an axis of more than 4 million positions`;
export const noRule = (node: Named) => `${named(node)} has no pruning rule`;
export const unknownRank = (node: Named) => `the rank of an input of ${named(node)} is not known before running`;
export const reducesOver = (node: Named) => `${named(node)} combines all channels of the axis`;
export const sizeIsRead = (node: Named) => `the length of the axis is computed with by ${named(node)}`;
export const unknownSizes = (node: Named) => `the sizes that ${named(node)} works with are not known before running`;
export const contraction = (node: Named) => `${named(node)} multiplies two computed values along the axis`;
export const movesPositions = (node: Named) => `${named(node)} moves positions of the axis`;
export const padsChannels = (node: Named) => `${named(node)} pads the axis`;
export const steppedSlice = (node: Named) => `${named(node)} takes every n-th position of the axis`;
export const normalises = (node: Named) => `${named(node)} computes statistics over the axis`;
export const recurrent = (node: Named) => `the units of ${named(node)} are not removed`;
export const oldBroadcast = (node: Named) => `${named(node)} uses the broadcast attribute of old operator versions`;
export const unevenGroups = (node: Named) => `the groups of ${named(node)} do not divide its channels`;
export const insideSubgraph = (owner: string) => `inside a subgraph of "${owner}"`;
export const insideFunction = (name: string) => `inside the model function "${name}"`;
export const notWeighted = () => 'the weight is computed by the graph';
export const noBatchNormalization = () => 'no BatchNormalization scales its channels';
export const someWithoutBatchNormalization = () => 'some of its channels have no BatchNormalization';
export const allKept = (channels: number) => `the ratio and the rounding keep all ${channels} channels`;
