import { defineTechnique } from '@onnx-compress/core';
import { z } from 'zod';

/**
 * Removes the channels that the input of the model does not reach: those whose weights are all zero, as masks that cover
 * whole channels leave them, and those that a BatchNormalization scales by zero. A channel goes only if it is zero
 * wherever a layer sums over it, or a constant that the layer's bias takes exactly, so that no output changes; one layer
 * keeps at least one channel.
 *
 * @example zeroChannels.create({}, { include: [], skip: [] })
 */
export const zeroChannels = defineTechnique({
  family: 'prune',
  name: 'zero-channels',
  summary: 'Removes the channels that are zero or constant whatever the input, such as masks leave; changes no output',
  reference: 'the definition of the operators: what is added up as zero can be left out',
  positional: undefined,
  options: z.strictObject({}),
  needsCalibration: false,
  create: (_, nodes) => ({
    name: 'prune zero-channels',
    exact: true,
    async run(model, context) {
      const { removeZeroChannels } = await import('../zeros/remove-zero-channels.js');
      const { withOpenFunctions } = await import('../surgery/open-functions.js');
      return withOpenFunctions(model, nodes, context, (open, selected) => removeZeroChannels(open, selected, context));
    },
  }),
});
