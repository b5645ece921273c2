import { alignColumns } from '../render/columns.js';
import type { ListedOption, ListedTechnique } from './list-techniques.js';

function optionRow({ name, allowed, summary, default: preset, required, positional }: ListedOption): readonly string[] {
  const remarks = [
    ...(positional ? ['the bare value'] : []),
    ...(required ? ['required'] : []),
    ...(preset === undefined ? [] : [`default ${JSON.stringify(preset)}`]),
  ];
  const text = summary === undefined ? allowed : `${summary} (${allowed})`;
  return [`    ${name}`, remarks.length === 0 ? text : `${text}; ${remarks.join(', ')}`];
}

function techniqueLines({ family, name, summary, reference, needsCalibration, options }: ListedTechnique) {
  return [
    `${family} ${name}: ${summary}`,
    `  ${reference}${needsCalibration ? '; needs --calib' : ''}`,
    ...alignColumns(options.map(optionRow)),
    '',
  ];
}

/** Every technique for a person. Pure; ends with a line break. */
export function renderList(techniques: readonly ListedTechnique[]): string {
  if (techniques.length === 0) return 'This version has no technique of that family.\n';
  return [...techniques.flatMap(techniqueLines), 'Every technique also takes skip=glob and @glob.']
    .join('\n')
    .concat('\n');
}
