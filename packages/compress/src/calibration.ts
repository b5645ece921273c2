/**
 * Sample inputs in a folder of `.npy`, `.npz` or `.pb` files: an array per input, whose file name before the first dot
 * or whose npz key names the input; the first axis counts samples.
 *
 * @example compress(model, { steps, calibration: npyFolder('calib/') })
 */
export function npyFolder(path: string): readonly string[] {
  return [path];
}

/**
 * Sample inputs in files and folders, as `npyFolder` reads them; or pictures, JPEG, PNG and WebP, which take the option
 * `preprocess` and the package `sharp`.
 *
 * @example compress(model, { steps, calibration: sampleFiles('photos/'), preprocess: 'imagenet' })
 */
export function sampleFiles(...paths: readonly string[]): readonly string[] {
  return paths;
}

/** Random sample inputs, for want of better ones; a technique that works from samples learns little from them. */
export function randomSamples(): readonly string[] {
  return ['random'];
}
