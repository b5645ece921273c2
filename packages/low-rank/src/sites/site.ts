import type { Matrix } from '@onnx-compress/core';
import type { Node, ShapeTable, Weight } from '@onnx-compress/graph';
import type { Pause } from '@onnx-compress/math';
import type { LinearLayer } from '@onnx-compress/recovery';

/** What a layer takes. */
export interface Cost {
  /** Numbers in its weights, without the bias. */
  readonly parameters: number;
  /**
   * Multiply-accumulates of one inference, at the sizes that costs are counted at. Where the shapes of a layer are not
   * known, those of one output position: ratios are still about right then, sums over layers are not.
   */
  readonly macs: number;
}

/** A matrix as a product: `left` (rows x rank) times `right` (rank x columns). */
export interface Factors {
  readonly left: Matrix;
  readonly right: Matrix;
}

/** A layer whose weight is a matrix, or one for each of its groups, that two smaller layers can stand in for. */
export interface MatrixSite {
  readonly kind: 'matrix';
  readonly node: Node;
  readonly weight: Weight;
  /** Matrices of equal size, factored by themselves and to the same rank. */
  readonly groups: number;
  /** Of the matrix of one group. Where nothing else is said, outputs of the layer are rows. */
  readonly rows: number;
  readonly columns: number;
  readonly dense: Cost;
  /** The layer whose inputs the columns are multiplied by, as `readWeightMatrix` has them; undefined where they are not. */
  readonly inputs: LinearLayer | undefined;
  /** Of both factors of all groups. */
  costAt(rank: number): Cost;
  /**
   * The matrices of all groups. Their numbers may be the weight's own memory: never change them.
   *
   * @param pause called where this takes long
   * @throws GraphError `TENSOR_BYTES` when the file holds another number of bytes than the shape asks for
   */
  read(pause: Pause): Promise<readonly Matrix[]>;
  /**
   * Puts two layers in place of the one: the node becomes the second and keeps its name, its bias and its output; the
   * first goes in front of it. The site is used up then. The memory of the factors may become that of the new weights.
   *
   * @param pause called where this takes long, before anything is changed
   */
  write(factors: readonly Factors[], pause: Pause): Promise<void>;
}

/** A convolution weight as a core between two matrices: outputs x ranks, and ranks x inputs. */
export interface TuckerFactors {
  /** Outputs x output rank. */
  readonly outputs: Matrix;
  /** Output rank x (input rank times kernel positions), input channel after input channel. */
  readonly core: Matrix;
  /** Input rank x inputs. */
  readonly inputs: Matrix;
}

/** A convolution that three can stand in for: one over channels, one over positions, one over channels. */
export interface TuckerSite {
  readonly kind: 'tucker';
  readonly node: Node;
  readonly weight: Weight;
  readonly outputs: number;
  readonly inputChannels: number;
  /** Positions of the kernel. */
  readonly positions: number;
  readonly dense: Cost;
  readonly inputs: LinearLayer | undefined;
  costAt(inputRank: number, outputRank: number): Cost;
  /** Outputs x (input channels times kernel positions); as `MatrixSite.read`. */
  read(pause: Pause): Promise<Matrix>;
  /** As `MatrixSite.write`; the node becomes the last of three. */
  write(factors: TuckerFactors, pause: Pause): Promise<void>;
}

export type Site = MatrixSite | TuckerSite;

/** A layer of the kind that a method factors, but not this one. */
export interface Refusal {
  readonly reason: string;
}

/** A node as a method sees it; undefined where it is no layer of its kind. */
export type SiteOf = (node: Node, shapes: ShapeTable) => Site | Refusal | undefined;
