import { formatPreprocessing, type ImagePreview } from '@onnx-compress/runtime';
import { type Markup, markup } from '../page/markup.js';
import type { ReportSection } from './subject.js';

const drawn = ({ name, width, height, png }: ImagePreview): Markup =>
  markup`<li><img src="data:image/png;base64,${Buffer.from(png).toString('base64')}" width="${width}" height="${height}" alt="${name} as the model sees it"></li>
`;

/** The first pictures of the calibration, as the model was fed with them. */
export const calibrationImages: ReportSection = {
  id: 'calibration-images',
  title: 'What the model sees',
  render: ({ report, images }) => {
    const { preprocess } = report.recipe;
    if (preprocess === undefined || images.length === 0) return undefined;
    return markup`<p>The first pictures of the calibration after <code>${formatPreprocessing(preprocess)}</code>, read back from the values that the model gets. Wrong colours, a wrong crop or flat grey mean that the preprocessing is not the one of the application.</p>
<ul class="pictures">${images.map(drawn)}</ul>
`;
  },
};
