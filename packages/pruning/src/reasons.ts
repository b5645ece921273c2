/** Why an axis keeps its length: the texts that end up in a report's list of skipped nodes. */

const named = (node: { readonly label: string; readonly opType: string }) => `${node.opType} "${node.label}"`;

interface Named {
  readonly label: string;
  readonly opType: string;
}

export const single = () => 'a single channel has nothing to remove';
export const merged = () => 'two prunable axes are merged into one';
export const outerPart = () => 'the axis is split into blocks of equal size';
export const blocksStay = () =>
  'the axis counts heads or blocks, which stay; channels inside each of them can go instead';
export const blocksGo = () => 'the axis counts channels inside heads or blocks; whole heads or blocks can go instead';
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
export const takesOne = (node: Named) => `${named(node)} takes one position of the axis`;
export const indexedByValues = (node: Named) => `${named(node)} picks positions of the axis by computed indices`;
export const tableRows = (node: Named) => `${named(node)} picks rows of a table by their number`;
export const countsOverChannels = (node: Named) => `${named(node)} numbers positions over all channels`;
export const changesLength = (node: Named) => `${named(node)} changes the length of the axis`;
export const oneChannelLeft = (node: Named) => `${named(node)} makes one channel of all of them`;
export const inherent = (node: Named, does: string) => `${named(node)} ${does}`;
export const movesPositions = (node: Named) => `${named(node)} moves positions of the axis`;
export const padsChannels = (node: Named) => `${named(node)} pads the axis`;
export const normalises = (node: Named) =>
  `${named(node)} computes statistics over the axis; statistics=change removes channels all the same`;
export const mixesChannels = (node: Named) => `${named(node)} computes each channel from its neighbours`;
export const packedOperator = (node: Named) => `the packed weights of ${named(node)} cannot be sliced`;
export const indexed = (node: Named) => `${named(node)} looks up positions of the axis by their index`;
export const fixedHeads = (node: Named) => `${named(node)} is given in a form whose heads cannot be removed`;
export const unevenGates = (node: Named) =>
  `the weights of ${named(node)} do not hold equally many units for each gate`;
export const directions = (node: Named) => `both directions of ${named(node)} have it`;
export const differingBodies = (node: Named) => `the value of ${named(node)} has no fixed shape`;
export const leavesBody = (name: string) => `its length leaves a subgraph as "${name}"`;
export const oldBroadcast = (node: Named) => `${named(node)} uses the broadcast attribute of old operator versions`;
export const unevenGroups = (node: Named) => `the groups of ${named(node)} do not divide its channels`;
export const insideSubgraph = (owner: string) => `inside a subgraph of "${owner}"`;
export const insideFunction = (name: string) => `inside the model function "${name}"`;
export const notWeighted = () => 'the weight is computed by the graph';
export const noBatchNormalization = () => 'no BatchNormalization scales its channels';
export const someWithoutBatchNormalization = () => 'some of its channels have no BatchNormalization';
export const allKept = (channels: number) => `the ratio and the rounding keep all ${channels} channels`;
export const quantizedWeight = () => 'the weight is quantized; mask before quantizing';
export const sharedAlongOtherAxes = () => 'the layers that share the weight sum over different axes of it';
export const noWholeBlocks = (span: number, block: number) =>
  `the ${span} weights that are summed up are no whole number of blocks of ${block}`;
export const tooFewWeights = (weights: number) => `the part is less than one of ${weights} weights`;
export const alreadyZero = () => 'as many of its weights are zero already';
export const notObserved = () => 'some of its activations cannot be observed in a value of the main graph';
export const inputNotObserved = () => 'the input of a layer that computes its channels cannot be observed';
export const tooManyColumns = (node: Named, columns: number) =>
  `${named(node)} computes each output from ${columns} inputs, too many for a matrix of their products`;
export const notFilters = () =>
  'some of its channels are computed by no layer with a constant weight and bias that can be observed';
export const noConsumer = () => 'some of its channels are multiplied by no constant weight of an observable layer';
export const neverZero = () => 'no activation of it is ever 0 on the samples';
export const sameOnAllSamples = () => 'its channels do not vary over the samples';
export const ordersPositions = (node: Named) => `${named(node)} depends on the order of the positions`;
export const unevenBlocks = (node: Named) => `the blocks of ${named(node)} do not divide the axis`;
export const channelsLast = (node: Named) => `${named(node)} has its channels last`;
export const noZeroChannel = () => 'none of its channels is zero or constant wherever it is used';
export const constantNotFolded = (node: Named) =>
  `a channel of it holds a constant, which ${named(node)} cannot take into its bias exactly: it pads, or computes its bias`;
export const rankedHigher = (channels: number) => `its ${channels} channels rank above those that go`;
export const noneStandsOut = () => 'no channel lies more than one standard deviation above the mean of its layer';
