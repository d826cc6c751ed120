/** Order by a seeded shuffle, so that a short run samples the whole table. */
export function shuffled<T>(rows: readonly T[], seed: number): T[] {
  const order = [...rows];
  let state = seed >>> 0;
  for (let i = order.length - 1; i > 0; i--) {
    // Numerical Recipes' linear congruential generator: enough to spread a sample.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const j = state % (i + 1);
    const [a, b] = [order[i] as T, order[j] as T];
    order[i] = b;
    order[j] = a;
  }
  return order;
}
