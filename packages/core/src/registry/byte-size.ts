import { z } from 'zod';

/**
 * The schema of an option that is a size in bytes: a spec may write it as `2MB` or `1.5MiB`, a recipe gives the number.
 *
 * @example z.strictObject({ maxBytes: byteSize().optional() })
 */
export function byteSize(): z.ZodInt {
  return z.int().positive().meta({ $comment: 'bytes' });
}
