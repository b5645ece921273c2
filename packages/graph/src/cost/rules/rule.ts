import type { Node } from '../../model/node.js';
import type { DimsOf } from '../known-dims.js';

/** The multiply-accumulates of one run of a node; undefined when the shapes needed for that are unknown. */
export type MacRule = (node: Node, dimsOf: DimsOf) => number | undefined;
