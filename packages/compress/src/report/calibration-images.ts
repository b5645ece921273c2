import { type ImagePreview, inputSpecs, previewImages, readFixedInputs } from '@onnx-compress/runtime';
import { translated } from '../failures.js';
import { readModel } from '../read-model.js';
import type { Report } from './report.js';

/**
 * The first pictures that a run was calibrated with, as the model saw them, for the page about it. They are made from the
 * files that the report names and are no part of it. Empty for a run without pictures, and for a model in memory.
 *
 * @throws UsageError where the pictures are no longer there
 * @example renderHtml(report, { images: await calibrationImages(report) });
 */
export function calibrationImages({ recipe, input }: Report): Promise<readonly ImagePreview[]> {
  return translated(async () => {
    const { preprocess, calibration, inputs } = recipe;
    if (preprocess === undefined || calibration.length === 0 || input.path === null) return [];
    const model = await readModel(input.path);
    try {
      const specs = inputSpecs(model.content);
      const texts = Object.entries(inputs).map(([name, value]) => `${name}=${value}`);
      return await previewImages(calibration, specs, await readFixedInputs(texts, specs), preprocess);
    } finally {
      await model.close();
    }
  });
}
