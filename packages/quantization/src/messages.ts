import type { Diagnostic } from '@onnx-compress/core';

/* Reasons for leaving a layer alone, as the report shows them. */

export const alreadyQuantized = (): string => 'is already quantized';

export const recurrentLayer = (opType: string): string => `weights of ${opType} are not quantized by this scheme`;

export const insideFunction = (): string => 'lies in a model-local function, where nodes are shared by all its calls';

export const sparseWeight = (): string => 'its weight is stored sparse';

export const unsupportedType = (dataType: string): string =>
  `its weight is ${dataType}, which is not quantized further`;

export const notFinite = (tensor: string): string => `its weight "${tensor}" holds NaN or infinite values`;

export const alsoReadBy = (tensor: string, reader: string): string =>
  `its weight "${tensor}" is also read by ${reader}, which keeps it in float`;

export const wouldGrow = (bytesBefore: number, bytesAfter: number): string =>
  `its weight would not shrink (${bytesBefore} -> about ${bytesAfter} bytes with scales and nodes)`;

export const opsetTooOld = (opset: number): string =>
  `the model's opset ${opset} is too old and cannot be raised to 7, which scales with broadcasting need`;

/** The one warning for all layers whose kernels go on computing in float. */
export function savesBytesOnly(operators: readonly string[], layers: number): Diagnostic {
  const what = layers === 1 ? '1 layer' : `${layers} layers`;
  return {
    code: 'QUANT_BYTES_ONLY',
    message: `${what} (${operators.join(', ')}) have int8 weights only, which saves bytes and not time: they compute in float`,
  };
}
