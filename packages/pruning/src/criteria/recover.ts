import { z } from 'zod';

/** How the layers behind removed channels can be repaired. */
export const RECOVER = ['auto', 'off', 'mean', 'least-squares'] as const;

/** One of `RECOVER`; auto is least squares where there are calibration samples. */
export type Recover = (typeof RECOVER)[number];

/** The option of steps that remove channels. */
export const recoverOption = z
  .enum(RECOVER)
  .default('auto')
  .describe(
    'how the layers behind what goes are repaired; auto: least squares on the calibration samples; mean works without any, from BatchNormalization',
  );
