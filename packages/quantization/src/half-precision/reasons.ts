/* Reasons for leaving a weight or a node alone, as the report shows them. */

export const alreadyHalf = (tensor: string, dataType: string): string =>
  `its weight "${tensor}" is ${dataType} already`;

export const isGraphOutput = (tensor: string): string => `its weight "${tensor}" is an output of the model`;

export const alsoReadByOther = (tensor: string, reader: string): string =>
  `its weight "${tensor}" is also read by ${reader}, which is not selected`;

export const outOfRange = (tensor: string, dataType: string): string =>
  `its weight "${tensor}" holds values beyond the range of ${dataType}`;

export const smallValuesLost = (tensor: string, dataType: string, snrDb: number): string =>
  `its weight "${tensor}" holds values too small for ${dataType}: ${snrDb.toFixed(0)} dB would remain`;

export const castOutweighs = (tensor: string, bytesBefore: number, bytesAfter: number): string =>
  `its weight "${tensor}" would not shrink (${bytesBefore} -> about ${bytesAfter} bytes with its Cast)`;

export const opsetWithoutCast = (opset: number, needed: number, dataType: string): string =>
  `the model's opset ${opset} cannot be raised to ${needed}, which Cast needs for ${dataType}`;

export const notComputedInHalf = (opType: string): string => `${opType} stays float32 in a float16 model`;

export const typesUnknown = (): string => 'the types of its inputs or outputs are not known';

export const underRoot = (): string => 'computes squares under a root, which leave the range of float16';
