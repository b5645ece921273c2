import type { Node } from '@onnx-compress/graph';
import type { ChannelAffine } from './channel-affine.js';

/**
 * Moves an affine map of the channels into the weights of a neighbouring node.
 *
 * @returns undefined when done, or why it cannot be; then nothing has changed.
 */
export type NeighbourFold = (neighbour: Node, affine: ChannelAffine) => Promise<string | undefined>;
