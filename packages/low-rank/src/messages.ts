import { type CompressError, type Diagnostic, StepError } from '@onnx-compress/core';

/** A budget below what the smallest ranks leave. */
export function partNotReached(amount: 'parameters' | 'macs', asked: number, least: number): Diagnostic {
  const budget = amount === 'parameters' ? 'keep-params' : 'keep-macs';
  return {
    code: 'BUDGET_NOT_REACHED',
    message: `${budget}=${asked} is below what the smallest ranks leave: ${least.toFixed(3)} of the ${amount} of the layers`,
    hint: 'All layers that can be factored are at their smallest ranks; a smaller round allows smaller ones.',
  };
}

/** A choice that is made on samples, without any. */
export function samplesMissing(option: string): StepError {
  return new StepError('SAMPLES_MISSING', `the option ${option} needs sample inputs`, {
    hint: 'Give some with --calib, or choose the ranks by energy, keep-params, keep-macs or rank.',
  });
}

/** The models could not be timed, so that the report has no times of layers. */
export function layersNotTimed(error: CompressError): Diagnostic {
  return {
    code: 'LAYERS_NOT_TIMED',
    message: `the time of the factored layers was not measured: ${error.message}`,
    hint: 'Fix inputs with --input name=value and sizes with --dim name=value.',
  };
}

/** Names that a warning has room for. */
const MOST_NAMES = 5;

/** Layers that take longer in factors than they did. */
export function slowerThanDense(layers: readonly string[]): Diagnostic {
  const [first = ''] = layers;
  const names = layers.slice(0, MOST_NAMES).map((name) => `"${name}"`);
  const more = layers.length > MOST_NAMES ? ` and ${layers.length - MOST_NAMES} more` : '';
  return {
    code: 'SLOWER_THAN_DENSE',
    message: `factors take longer than the layer did: ${names.join(', ')}${more}`,
    node: first,
    hint: 'Leave such layers alone with skip=<name>, or give them a smaller rank.',
  };
}
