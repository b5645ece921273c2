// Times as a sum of so much for each of a few quantities, none negative, with the least relative error.

/** `rows`: [{ quantities: [..], time }]; returns what each quantity costs. */
export function fitTimes(rows) {
  const count = rows[0].quantities.length;
  const subsets = Array.from({ length: 2 ** count - 1 }, (_, bits) => positions(bits + 1, count));
  const fits = subsets.map((chosen) => scatter(chosen, solve(rows, chosen), count));
  const sound = fits.filter((costs) => costs.every((cost) => cost >= 0));
  return sound.reduce((best, costs) => (error(rows, costs) < error(rows, best) ? costs : best));
}

const positions = (bits, count) => Array.from({ length: count }, (_, index) => index).filter((i) => (bits >> i) & 1);

function scatter(chosen, solution, count) {
  const costs = new Array(count).fill(0);
  for (const [index, position] of chosen.entries()) costs[position] = solution[index];
  return costs;
}

/** The sum of squared relative errors. */
function error(rows, costs) {
  const predicted = ({ quantities }) => quantities.reduce((sum, quantity, index) => sum + quantity * costs[index], 0);
  return rows.reduce((sum, row) => sum + (predicted(row) / row.time - 1) ** 2, 0);
}

/** Normal equations of the relative errors, by elimination with a little damping. */
function solve(rows, chosen) {
  const scaled = rows.map(({ quantities, time }) => chosen.map((position) => quantities[position] / time));
  const matrix = chosen.map((_, row) => {
    const products = chosen.map((_, column) => scaled.reduce((sum, entry) => sum + entry[row] * entry[column], 0));
    products[row] *= 1 + 1e-9;
    return [...products, scaled.reduce((sum, entry) => sum + entry[row], 0)];
  });
  for (const [pivot, row] of matrix.entries()) {
    for (const other of matrix) {
      if (other === row) continue;
      const factor = other[pivot] / row[pivot];
      for (const column of other.keys()) other[column] -= factor * row[column];
    }
  }
  return matrix.map((row, index) => row[chosen.length] / row[index]);
}
