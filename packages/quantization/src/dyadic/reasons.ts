/* Why integers end at a node, as the report shows it. */

export const noIntegerForm = (opType: string): string =>
  `this use of ${opType} has no form in plain integers, so it stays between DequantizeLinear and QuantizeLinear`;
