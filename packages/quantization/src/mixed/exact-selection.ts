import type { NodeSelection } from '@onnx-compress/core';

const SPECIAL = /[\\*?[\](){}!+@|,]/g;

/** Selects the nodes with these labels and no others, whatever characters the labels hold. */
export function exactSelection(labels: readonly string[]): NodeSelection {
  return { include: labels.map((label) => label.replace(SPECIAL, '\\$&')), skip: [] };
}
