// The quantization table as Markdown.
import { code, table } from '../docs/markdown.mjs';
import { median } from './processes.mjs';
import { FIGURES } from './quant-bars.mjs';

const BARS_HEAD = ['model', 'spec', 'kind', 'bar', 'limit', 'measured', 'draws', ''];
const FIGURE_HEAD = [
  ...[
    'model',
    'spec',
    'draws',
    'size',
    'SNR, worst (median)',
    'scores SNR, worst (median)',
    'correct, before',
    'after',
  ],
  ...[
    'same answer, worst (median)',
    'latency before',
    'after',
    'ratio, median',
    'of CPU time',
    'of least times',
    'comparator',
  ],
];

const verdict = ({ met }) => (met ? 'met' : '**missed**');

function spread(figure, rows) {
  const { of, worst, format } = FIGURES[figure];
  const values = rows.map(of).filter((value) => value !== undefined);
  if (values.length === 0) return '';
  return values.length === 1 ? format(values[0]) : `${format(worst(values))} (${format(median(values))})`;
}

function over(rows, of, format, combine = median) {
  const values = rows.map(of).filter((value) => value !== undefined);
  return values.length === 0 ? '' : format(combine(values));
}

const milliseconds = (value) => `${value.toPrecision(3)} ms`;
const ratio = (value) => value.toFixed(3);
const counted = (key) => (row) => (row[key] === undefined || row.agree === undefined ? undefined : row[key]);

function figureCells({ model, spec, rows }) {
  const [{ n }] = rows;
  const compared = rows.find((row) => row.verdict !== undefined);
  const correct = (key) => over(rows, counted(key), (value) => `${((100 * value) / n).toFixed(1)} %`);
  return [
    ...[model, code(spec), String(rows.length), spread('size', rows), spread('snr', rows), spread('scores', rows)],
    ...[correct('correctBefore'), correct('correctAfter'), spread('agreement', rows)],
    ...[over(rows, ({ beforeMs }) => beforeMs, milliseconds), over(rows, ({ afterMs }) => afterMs, milliseconds)],
    ...[
      over(rows, (row) => row.ratio, ratio),
      over(rows, ({ timeCpuRatio }) => timeCpuRatio, ratio),
      over(rows, ({ leastRatio }) => leastRatio, ratio),
    ],
    compared === undefined ? '' : `${compared.verdict} (${compared.speedup.toFixed(2)}x)`,
  ];
}

function drawCells({ model, spec, rows }) {
  const { of, format } = FIGURES.snr;
  const values = rows.map(of).filter((value) => value !== undefined);
  return [
    model,
    code(spec),
    [...values]
      .sort((a, b) => a - b)
      .map(format)
      .join(', '),
  ];
}

/** Forms of the layers, and those that stay in float with the reason; of the first draw. */
function layerCells({ model, spec, rows: [{ forms, float }] }) {
  const named = Object.entries(forms).map(([form, count]) => `${count} ${form}`);
  const reasons = float.map(({ reason, count, nodes }) => {
    const more = count > nodes.length ? ' ...' : '';
    return `${count}: ${reason} (${nodes.map(code).join(', ')}${more})`;
  });
  return [model, code(spec), named.join(', '), reasons.join('; ')];
}

const isModel = ({ rows }) => rows[0].forms !== undefined;

/** Blocks of Markdown: verdicts, figures, signal-to-noise ratio of each draw, what became of the layers. */
export function quantBlocks(entries, subjects) {
  const bars = entries.flatMap(({ model, spec, verdicts }) =>
    verdicts.map((one) => [
      ...[model, code(spec), one.kind, one.words, one.limit, one.measured, String(one.draws), verdict(one)],
    ]),
  );
  const models = entries.filter(isModel);
  const drawn = models.filter(({ rows }) => rows.length > 1 && rows[0].snrDb !== undefined);
  const protocols = subjects.filter(({ name }) => entries.some(({ model }) => model === name));
  return [
    ...['## Bars', table(BARS_HEAD, bars)],
    ...['## Figures', table(FIGURE_HEAD, models.map(figureCells))],
    ...['## Every draw', table(['model', 'spec', 'SNR of the output, sorted'], drawn.map(drawCells))],
    ...['## Layers', table(['model', 'spec', 'quantized', 'left in float'], models.map(layerCells))],
    ...[
      '## Samples',
      table(
        ['model', 'samples'],
        protocols.map(({ name, protocol }) => [name, protocol]),
      ),
    ],
  ];
}
