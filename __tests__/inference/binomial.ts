/** P(from <= X <= to) by p, X binomial(n, p). */
export function binomial(n: number): (from: number, to: number, p: number) => number {
  const logChoose = [0];
  for (let i = 1; i <= n; i++) logChoose.push(logChoose[i - 1]! + Math.log((n - i + 1) / i));
  return (from, to, p) => {
    let sum = 0;
    for (let i = from; i <= to; i++) sum += Math.exp(logChoose[i]! + i * Math.log(p) + (n - i) * Math.log1p(-p));
    return sum;
  };
}

/** Of a function that ascends over (0, 1), by bisection. */
export function rootOf(f: (p: number) => number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (f(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
