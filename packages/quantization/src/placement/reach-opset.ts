import { GraphError, type Model, raiseOpset } from '@onnx-compress/graph';

/**
 * Raises the default-domain opset to the highest of `targets` that operator rules exist for; leaves it where none
 * does. Tried on a clone first, so that a refusal changes nothing.
 *
 * @param targets versions that would help.
 * @returns the version the model has then; 0 when it does not import the default domain.
 */
export function reachOpset(model: Model, targets: readonly number[]): number {
  for (const target of [...targets].sort((left, right) => right - left)) {
    if ((model.opset() ?? 0) >= target) break;
    if (!canRaise(model, target)) continue;
    raiseOpset(model, target);
    break;
  }
  return model.opset() ?? 0;
}

function canRaise(model: Model, target: number): boolean {
  if (model.opset() === undefined) return false;
  try {
    raiseOpset(model.clone(), target);
    return true;
  } catch (error) {
    if (error instanceof GraphError) return false;
    throw error;
  }
}
