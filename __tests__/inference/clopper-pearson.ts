const TAIL = 0.005;

/** The exact interval of 99 % of a probability, of which `k` of `n` came out (Clopper and Pearson 1934). */
export function clopperPearson(k: number, n: number): readonly [low: number, high: number] {
  const logChoose = [0];
  for (let i = 1; i <= n; i++) logChoose.push(logChoose[i - 1]! + Math.log((n - i + 1) / i));
  /** P(from <= X <= to), X binomial(n, p). */
  const probability = (from: number, to: number, p: number) => {
    let sum = 0;
    for (let i = from; i <= to; i++) sum += Math.exp(logChoose[i]! + i * Math.log(p) + (n - i) * Math.log1p(-p));
    return sum;
  };
  const low = k === 0 ? 0 : rootOf((p) => probability(k, n, p) - TAIL);
  const high = k === n ? 1 : rootOf((p) => TAIL - probability(0, k, p));
  return [low, high];
}

/** Of a function that ascends over (0, 1), by bisection. */
function rootOf(f: (p: number) => number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (f(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
