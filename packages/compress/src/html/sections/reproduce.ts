import { formatBytes } from '../../render/quantities.js';
import type { FileRecord, Report } from '../../report/report.js';
import { dataAddress } from '../page/csv.js';
import { folded } from '../page/folded.js';
import { type Markup, markup } from '../page/markup.js';
import { drawRecord, type Entry } from '../page/records.js';
import { commandLine } from './command-line.js';
import type { ReportSection } from './subject.js';

const fileText = ({ path, fileBytes, sha256 }: FileRecord): Markup =>
  markup`${path ?? 'not written to a file'}, ${formatBytes(fileBytes)}<br>SHA-256 <code>${sha256}</code>`;

function externalEntries({ external }: FileRecord): readonly Entry[] {
  return (external ?? []).map((file) => ['external data', fileText(file)]);
}

const pairs = (record: Readonly<Record<string, string | number>>) =>
  Object.entries(record)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

function surroundings({ input, output, tool, onnxruntime, recipe, seed, assumedDims }: Report): Markup {
  return drawRecord([
    ['input', fileText(input)],
    ...externalEntries(input),
    ['output', fileText(output)],
    ...externalEntries(output),
    ['format', `IR version ${input.irVersion}, opset ${pairs(input.opsets)}`],
    ['versions', `${tool.name} ${tool.version}, onnxruntime ${onnxruntime.version}`],
    ['target', recipe.target],
    ['CPU features', onnxruntime.cpuFeatures.join(', ')],
    ['seed', String(seed)],
    Object.keys(assumedDims).length === 0 ? undefined : ['dimensions assumed for MACs', pairs(assumedDims)],
  ]);
}

/** Everything that it takes to get this result again. */
export const reproduce: ReportSection = {
  id: 'reproduce',
  title: 'How to reproduce',
  render: ({ report }) => {
    const recipe = JSON.stringify(report.recipe, null, 2);
    const link = markup`<p><a href="${dataAddress('application/json', recipe)}" download="recipe.json">Download the recipe</a>, and run it with <code>--recipe recipe.json</code>.</p>\n`;
    return markup`<pre><code>${commandLine(report)}</code></pre>
${surroundings(report)}${folded('Recipe', markup`<pre><code>${recipe}</code></pre>${link}`)}`;
  },
};
