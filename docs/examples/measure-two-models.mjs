// Asks whether a compressed model is really faster: `node measure-two-models.mjs model.onnx small.onnx`. The two are run in
// alternating pairs of fresh sessions; a verdict is given only where the interval allows one.
import { measureFiles } from 'onnx-compress';

const [original, small] = process.argv.slice(2);

const { speedup, interval, verdict, settings, before, after } = await measureFiles(small, {
  against: original,
  runs: 6,
  memory: false,
  signal: AbortSignal.timeout(120_000),
});
const [low, high] = interval.map((value) => value.toFixed(2));
console.log(`${before.latencyMs.p50.toFixed(3)} ms -> ${after.latencyMs.p50.toFixed(3)} ms for one inference (median)`);
console.log(
  `${speedup.toFixed(2)} times as fast, between ${low} and ${high}, on ${settings.threads} thread: ${verdict}`,
);
