import { byteSize } from '@onnx-compress/core';
import { present } from '@onnx-compress/graph';
import { z } from 'zod';

/** What an assignment is held to: exactly one of them. */
const limits = {
  maxBytes: byteSize().optional().describe('size of the whole file after this step, weights that stay included'),
  maxBops: z
    .number()
    .positive()
    .optional()
    .describe('bit operations of one run: multiply-accumulates times bits of weights times bits of activations'),
  keepBops: z.number().gt(0).lt(1).optional().describe('part of the bit operations of the model in float32 that stays'),
  keepLatency: z.number().gt(0).lt(1).optional().describe('part of the measured time of the model before that stays'),
  minSnr: z
    .number()
    .optional()
    .describe('least signal-to-noise ratio of the outputs in dB on the samples, in as few bytes as possible'),
};

const fields = z.strictObject({
  formats: z
    .array(z.string())
    .min(2)
    .describe(
      'formats to choose from, joined by "+": int4, int8 (weights alone under max-bytes and min-snr), float32 (stays) or a technique such as fp16; with options in braces, {int4:64,symmetric}',
    ),
  ...limits,
  layers: z
    .record(z.string(), z.string())
    .optional()
    .describe('format of each layer under keep-latency; default: searched, and stored in the recipe of the report'),
  sensitivity: z
    .enum(['auto', 'output', 'gram', 'weights'])
    .default('auto')
    .describe(
      'what a format costs a layer: output: noise of the outputs with this layer alone in it; gram: noise of its own outputs by Gram matrices; weights: noise of its weights; auto: gram with samples, else weights',
    ),
});

/** Checked options of mixed precision. */
export type MixedOptions = z.infer<typeof fields>;

/** What an assignment is held to. */
export type Limit =
  | { readonly kind: 'bytes' | 'bops'; readonly most: number }
  | { readonly kind: 'bops-part' | 'latency'; readonly part: number }
  | { readonly kind: 'layers'; readonly formats: Readonly<Record<string, string>> }
  | { readonly kind: 'snr'; readonly least: number };

function limitsOf({ maxBytes, maxBops, keepBops, keepLatency, minSnr }: MixedOptions): readonly Limit[] {
  return [
    ...(maxBytes === undefined ? [] : [{ kind: 'bytes', most: maxBytes } as const]),
    ...(maxBops === undefined ? [] : [{ kind: 'bops', most: maxBops } as const]),
    ...(keepBops === undefined ? [] : [{ kind: 'bops-part', part: keepBops } as const]),
    ...(keepLatency === undefined ? [] : [{ kind: 'latency', part: keepLatency } as const]),
    ...(minSnr === undefined ? [] : [{ kind: 'snr', least: minSnr } as const]),
  ];
}

/** Options of mixed precision. */
export const mixedOptions = fields
  .refine(
    (options) => limitsOf(options).length === 1,
    'needs exactly one limit: max-bytes (max-bytes=2MB), max-bops, keep-bops, keep-latency or min-snr.',
  )
  .refine(
    ({ layers, keepLatency }) => layers === undefined || keepLatency !== undefined,
    'takes layers only together with keep-latency.',
  )
  .refine(({ formats }) => new Set(formats).size > 1, 'needs two different formats at least, as in mixed:int4+int8.');

/** The limit that checked options set; formats that an earlier run found are taken as they are. */
export function limitOf(options: MixedOptions): Limit {
  const { layers } = options;
  return layers === undefined ? present(limitsOf(options)[0], 'limit') : { kind: 'layers', formats: layers };
}
