import type { Change, LayerRepair } from '@onnx-compress/core';

type Measured = LayerRepair & { readonly errorBefore: number; readonly errorAfter: number };

const isMeasured = (repair: LayerRepair): repair is Measured =>
  repair.method === 'rounding' && repair.errorBefore !== undefined && repair.errorAfter !== undefined;

/** What is left of a layer's noise: with the integers that were chosen, or the nearest ones where these stayed. */
const leftOf = ({ reason, errorBefore, errorAfter }: Measured): number =>
  reason === undefined ? errorAfter : errorBefore;

/** The noise of a layer's outputs on samples held out, as a part of their energy; undefined without a search. */
export function searchedNoise({ node }: Change, repairs: readonly LayerRepair[]): number | undefined {
  const repair = repairs.filter(isMeasured).find((one) => one.node === node);
  return repair && leftOf(repair);
}

/** What a search for integers left of the noise that the nearest ones have, 1 where there was none. */
export function searchedPart(repairs: readonly LayerRepair[]): number {
  const measured = repairs.filter(isMeasured);
  const before = measured.reduce((sum, { errorBefore }) => sum + errorBefore, 0);
  return before > 0 ? measured.reduce((sum, repair) => sum + leftOf(repair), 0) / before : 1;
}
