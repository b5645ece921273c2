/** Why the mean and variance of a layer stay as they are: the texts that end up in a report. */

export const noGain = () => 'on samples held out, means and deviations do not come closer to the original';
export const computedBias = () => 'the bias is computed by the graph';
export const unknownChannels = () => 'its output channels cannot be matched with those of the original';
export const computedStatistics = () => 'weight or normalization are computed by the graph';
export const unknownInputs = () => 'no normalization tells the moments of what it is fed with';
