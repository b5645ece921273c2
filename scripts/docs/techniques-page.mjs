// docs/reference/techniques.md: what `compress list` knows.
import { code, generatedBy, table } from './markdown.mjs';

const FAMILIES = {
  prune: 'Removes channels, so that tensors really become smaller. See [pruning](../techniques/prune.md).',
  quant: 'Stores weights in fewer bits. See [quantization](../techniques/quant.md).',
  'low-rank': 'Puts two or three thin layers in place of one. See [factorization](../techniques/low-rank.md).',
  cleanup: 'Exact rewrites, run around the other steps. See [cleanup](../techniques/cleanup.md).',
};

const standard = ({ default: preset, required }) => {
  if (required) return 'required';
  return preset === undefined ? '' : code(JSON.stringify(preset));
};

const optionRow = (option) => [
  `${code(option.name)}${option.positional ? ' (the bare value)' : ''}`,
  code(option.key),
  standard(option),
  [option.summary, option.allowed].filter(Boolean).join('; '),
];

const optionTable = (options) =>
  options.length === 0
    ? 'No options of its own.'
    : table(['option', 'in a recipe', 'default', 'value'], options.map(optionRow));

const techniqueSection = ({ name, summary, reference, needsCalibration, options }) => [
  `### ${name}`,
  `${summary.replace(/^./, (letter) => letter.toUpperCase())}. Source: ${reference}.`,
  ...(needsCalibration ? ['Needs sample inputs: `--calib`.'] : []),
  optionTable(options),
];

export function techniquesPage({ listTechniques }) {
  const sections = Object.entries(FAMILIES).flatMap(([family, text]) => {
    const techniques = listTechniques(family);
    return techniques.length === 0 ? [] : [`## ${family}`, text, ...techniques.flatMap(techniqueSection)];
  });
  return [
    generatedBy('the registry of techniques'),
    '# Techniques',
    'What `compress list` prints. On the command line a technique is written `name[:value][,key=value]...[@glob]`; every ' +
      'one of them also takes `skip=glob` and `@glob`. A bare ratio is the part that is removed.',
    ...sections,
  ];
}
