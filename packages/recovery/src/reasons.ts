/** A weight that several layers read. */
export const sharedWeight = () => 'its weight is shared with another layer, which would change with it';

/** A bias that no constant holds. */
export const computedBias = () => 'its bias is computed by the graph';

/** An output whose channels cannot be told, or are not those of the original. */
export const otherOutput = () => 'its output channels cannot be compared with those of the original';

/** Nothing varies, or no ridge makes the fit solvable. */
export const nothingToFit = () => 'its output does not vary over the samples';

/** Held-out samples do not get better. */
export const noGain = () => 'a repair does not lower the error on held-out samples';
