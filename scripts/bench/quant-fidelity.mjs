// How like two models are on the same samples: signal-to-noise ratio, answers, drop.
import ort from 'onnxruntime-node';
import { withSessions } from './quant-sessions.mjs';

/** Energy of a signal and of its error, summed over samples. */
class ErrorSum {
  #signal = 0;
  #error = 0;

  add(before, after) {
    for (let index = 0; index < before.length; index++) {
      this.#signal += before[index] ** 2;
      this.#error += (before[index] - after[index]) ** 2;
    }
  }

  /** In dB; 200 where there is no error. */
  get snrDb() {
    if (Number.isNaN(this.#error)) return Number.NEGATIVE_INFINITY;
    return this.#error === 0 ? 200 : 10 * Math.log10(this.#signal / this.#error);
  }
}

/** Index of the largest value; of equal ones the first. */
export function largest({ data }) {
  let best = 0;
  for (let index = 1; index < data.length; index++) if (data[index] > data[best]) best = index;
  return String(best);
}

/** The values of one sample as a model takes them. */
export function feedsOf({ inputNames: [name] }, { values, shape }) {
  return { [name]: new ort.Tensor(values instanceof Int32Array ? 'int32' : 'float32', values, [1, ...shape]) };
}

/** Counts over answers: right ones before and after, same ones. */
function counts(pairs) {
  const count = (test) => pairs.filter(test).length;
  return {
    n: pairs.length,
    agree: count(({ before, after }) => before === after),
    correctBefore: count(({ before, label }) => before === label),
    correctAfter: count(({ after, label }) => after === label),
  };
}

/**
 * Runs both models on samples.
 *
 * @param samples with `values`, `shape`, `label`
 * @param answer of a sample, from its first output
 * @returns `snrDb` of the first output, `outputs` with that of each, and counts of answers
 */
export function compared(before, after, samples, answer) {
  return withSessions([before, after], async (original, candidate) => {
    const sums = original.outputNames.map(() => new ErrorSum());
    const pairs = [];
    for (const sample of samples) {
      const expected = await original.run(feedsOf(original, sample));
      const given = await candidate.run(feedsOf(candidate, sample));
      for (const [index, name] of original.outputNames.entries())
        sums[index].add(expected[name].data, given[candidate.outputNames[index]].data);
      const answers = [expected[original.outputNames[0]], given[candidate.outputNames[0]]].map(answer ?? (() => ''));
      pairs.push({ before: answers[0], after: answers[1], label: sample.label });
    }
    const outputs = sums.map(({ snrDb }) => snrDb);
    return { snrDb: outputs[0], outputs, ...(answer !== undefined && counts(pairs)) };
  });
}

/**
 * The same for a model that hands a state from frame to frame; each model keeps its own.
 *
 * @param start feeds of the first frame
 * @param next feeds of the next frame, from the outputs of the last one
 */
export function comparedInSequence(before, after, frames, start, next) {
  return withSessions([before, after], async (original, candidate) => {
    const sums = new Map(original.outputNames.map((name) => [name, new ErrorSum()]));
    let [expected, given] = [start, start];
    for (const frame of frames) {
      expected = await original.run(next(frame, expected));
      given = await candidate.run(next(frame, given));
      for (const [name, sum] of sums) sum.add(expected[name].data, given[name].data);
    }
    const outputs = [...sums.values()].map(({ snrDb }) => snrDb);
    return { snrDb: Math.min(...outputs), outputs, n: frames.length };
  });
}
