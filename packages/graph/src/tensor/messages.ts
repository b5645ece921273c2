import { GraphError } from '../error.js';
import type { DataType } from './data-type.js';

export function noByteWidth(dataType: DataType): GraphError {
  return new GraphError('TENSOR_NOT_NUMERIC', `elements of type ${dataType} have no fixed width in bytes`);
}

export function notNumeric(dataType: DataType): GraphError {
  return new GraphError('TENSOR_NOT_NUMERIC', `a tensor of type ${dataType} cannot be read as numbers`);
}

export function notInteger(dataType: DataType): GraphError {
  return new GraphError('TENSOR_NOT_NUMERIC', `a tensor of type ${dataType} cannot be read as integers`);
}

export function unknownDataType(code: number, tensor: string): GraphError {
  return new GraphError('UNKNOWN_DATA_TYPE', `tensor "${tensor}" has the unknown data type ${code}`, {
    tensor,
    hint: code === 0 ? 'the file does not say its type; export the model again' : 'the file may need a newer version',
  });
}

export function bytesDoNotFit(
  dataType: DataType,
  dims: readonly number[],
  expected: number,
  actual: number,
): GraphError {
  return new GraphError(
    'TENSOR_BYTES',
    `a ${dataType} tensor of shape [${dims.join(', ')}] takes ${expected} bytes, but ${actual} are there`,
  );
}
