import { imageReaderMissing } from './messages.js';

/** The optional package that decodes and scales pictures, on threads of its own. */
export type PictureReader = typeof import('sharp')['default'];

/**
 * Loads `sharp`, which only those who give pictures need.
 *
 * @param load stands in for the package in tests
 * @throws UsageError where it is not installed
 */
export async function loadSharp(
  load: () => Promise<{ default: PictureReader }> = () => import('sharp'),
): Promise<PictureReader> {
  const { default: sharp } = await load().catch((cause: unknown) => {
    throw imageReaderMissing(cause);
  });
  return sharp;
}
