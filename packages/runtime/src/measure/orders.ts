import type { Random } from '@onnx-compress/core';
import { present } from '@onnx-compress/graph';

/**
 * Orders of the items, one after the other: every second one is drawn at random and the next is its mirror image, so
 * that no item comes first more often than another (A B, B A, B A, A B, ...).
 */
export function mirroredOrders<T>(items: readonly T[], count: number, random: Random): readonly (readonly T[])[] {
  const orders: T[][] = [];
  while (orders.length < count) {
    const order = shuffled(items, random);
    orders.push(order, [...order].reverse());
  }
  return orders.slice(0, count);
}

/** The items in an order drawn at random, every order being as likely (Fisher and Yates). */
function shuffled<T>(items: readonly T[], random: Random): T[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const other = random.integer(last + 1);
    const moved = present(order[last], 'item');
    order[last] = present(order[other], 'item');
    order[other] = moved;
  }
  return order;
}
