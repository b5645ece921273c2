/**
 * What a constant is to the model:
 * - `weight`: kernels and matrices of layers that multiply, tables that rows are picked from, and every other number
 *   that was learned and is none of the following: position tables, slopes of PRelu;
 * - `bias`: added to the result of a layer, in the layer's own slot or by an Add directly behind it;
 * - `normalization`: scale, shift, mean and variance of a normalization, and vectors that an elementwise operator
 *   applies along one axis, which is a normalization written out;
 * - `quantization`: scales and zero points;
 * - `other`: shapes, indices, masks, text, single numbers.
 */
export type Role = 'weight' | 'bias' | 'normalization' | 'quantization' | 'other';
