// Figures of the accuracy table from its rows: parts of one draw counted together, then means over the draws.

const sum = (values) => values.reduce((total, value) => total + value, 0);
const mean = (values) => sum(values) / values.length;

/** Mean, least and largest value. */
const spread = (values) => ({ mean: mean(values), low: Math.min(...values), high: Math.max(...values) });

/** Standard error of a drop in points: only samples that became right or wrong make it vary. */
function standardError({ n, lost, gained }) {
  return (100 * Math.sqrt(Math.max(0, lost + gained - (lost - gained) ** 2 / n))) / n;
}

/** Parts of one draw as one measurement. */
function pooled(parts) {
  const counts = {};
  for (const name of ['n', 'dense', 'correct', 'agree', 'lost', 'gained'])
    counts[name] = sum(parts.map(({ evaluated }) => evaluated[name]));
  const { n, dense, correct, agree } = counts;
  return {
    keptMacs: mean(parts.map(({ macsAfter, macsBefore }) => macsAfter / macsBefore)),
    accuracy: (100 * correct) / n,
    drop: (100 * (dense - correct)) / n,
    agreement: (100 * agree) / n,
    standardError: standardError(counts),
    seconds: mean(parts.map(({ seconds }) => seconds)),
  };
}

/**
 * The figures of one model, amount and variant over all draws of which every part is there; undefined where no draw is.
 *
 * @param subject as in `accuracy-subjects.mjs`, with `partNames`
 */
export function figuresOf(rows, subject, amount, variant, draws) {
  const measured = [];
  for (let draw = 0; draw < draws; draw++) {
    const parts = subject.partNames.map((part) =>
      rows.find({ model: subject.name, amount, variant: variant.name, draw, part }),
    );
    if (parts.every((part) => part !== undefined)) measured.push(pooled(parts));
  }
  if (measured.length === 0) return undefined;
  const over = (name) => spread(measured.map((draw) => draw[name]));
  return {
    ...{ draws: measured.length, keptMacs: over('keptMacs'), accuracy: over('accuracy'), drop: over('drop') },
    ...{ agreement: over('agreement'), standardError: over('standardError'), seconds: over('seconds') },
  };
}
