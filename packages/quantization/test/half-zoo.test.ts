import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { afterAll, afterEach, expect, it } from '@jest/globals';
import { floatsToTensor, type Model, modelBytes, present, readFloats, type Tensor } from '@onnx-compress/graph';
import { openModel } from '@onnx-compress/graph/node';
import { signalToNoiseDb } from '@onnx-compress/math';
import { describeZoo, runModel, zooFeeds } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { type HalfScheme, halved } from './support/halved.js';
import { roundedEverywhere } from './support/rounded-everywhere.js';

/** Models whose file is weights and little else. */
const WEIGHTY =
  /^(model(_[12])?|bilstm_embedding|resnet_basic|mobilenetv2_fp32|ch_PP-OCRv4_rec_infer|cifar10_vggbn|fashion_cnn|squeezenet1_1_fp32|pytorch_super_resolution)\.onnx$/;

/** Generates its weights when it runs: nothing to store, Casts to add, and values beyond the range of float16. */
const GENERATED = 'light_squeezenet.onnx';

/** Published as float16. */
const HALF_ALREADY = 'SqueezeNet_fp16.onnx';

const LOWEST_DB: Readonly<Record<HalfScheme, number>> = {
  fp16: 34,
  'fp16 compute': 34,
  'fp16 compute, io': 34,
  bf16: 22,
};

/** These share most of their code with the others; small files are enough. */
const ON_SMALL_FILES: ReadonlySet<HalfScheme> = new Set(['bf16', 'fp16 compute, io']);
const SMALL_FILE = 2 ** 20;

type Feeds = Readonly<Record<string, Tensor>>;
type Outputs = ReadonlyMap<string, Tensor>;

/** The worst output. */
async function fidelityDb(reference: Outputs, candidate: Outputs): Promise<number> {
  const each = [...reference].map(async ([name, tensor]) =>
    signalToNoiseDb(await readFloats(tensor), await readFloats(present(candidate.get(name), name))),
  );
  return Math.min(...(await Promise.all(each)));
}

/** What a model with float16 inputs is fed. */
async function halfFeeds(feeds: Feeds): Promise<Feeds> {
  const entries = Object.entries(feeds).map(async ([name, tensor]) => {
    if (tensor.dataType !== 'float32') return [name, tensor] as const;
    return [name, floatsToTensor('float16', tensor.dims, await readFloats(tensor))] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

describeZoo('two bytes a value, on real models', (models) => {
  let opened: Model | undefined;

  afterEach(() => opened?.close());
  afterAll(closeHost);

  const cases = (['fp16', 'bf16', 'fp16 compute', 'fp16 compute, io'] as const).flatMap((scheme) =>
    models
      .filter((path) => !ON_SMALL_FILES.has(scheme) || statSync(path).size < SMALL_FILE)
      .map((path): [HalfScheme, string, string] => [scheme, basename(path), path]),
  );

  it.each(cases)('%s: %s loads, runs and resembles the original', async (scheme, name, path) => {
    const original = await openModel(path);
    opened = original;
    const { model, changed, diagnostics } = await halved(original, scheme);
    const bytes = await modelBytes(model);
    const ratio = bytes.length / statSync(path).size;
    const feeds = zooFeeds(original);
    const reference = await runModel(await modelBytes(original), feeds);
    const given = scheme === 'fp16 compute, io' ? await halfFeeds(feeds) : feeds;
    const outputs = await runModel(bytes, given);
    const computes = scheme.startsWith('fp16 compute') && name !== GENERATED;
    const strict = computes ? await runModel(await roundedEverywhere(model), given, 'disabled') : outputs;
    const [loose, exact] = [await fidelityDb(reference, outputs), await fidelityDb(reference, strict)];
    process.stderr.write(
      `${scheme}: ${name} ${ratio.toFixed(3)} of the bytes, ${loose.toFixed(1)} dB, all rounded ${exact.toFixed(1)} dB\n`,
    );
    expect([...outputs.keys()]).toEqual([...reference.keys()]);
    expect(Math.min(loose, exact)).toBeGreaterThan(LOWEST_DB[scheme]);
    if (name === HALF_ALREADY) {
      expect([changed, diagnostics.map(({ code }) => code), ratio]).toEqual([[], ['QUANT_ALREADY_HALF'], 1]);
    } else if (name !== GENERATED) expect(ratio).toBeLessThanOrEqual(WEIGHTY.test(name) ? 0.51 : 0.7);
  });
});
