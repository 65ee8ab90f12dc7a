/** P(X > k) and P(X = k), X binomial(m, 1/2). */
export function binomialTail(k: number, m: number): { above: number; at: number } {
  let term = -m * Math.LN2; // log P(X = 0)
  let at = 0;
  let above = 0;
  for (let i = 0; i <= m; i++) {
    if (i > 0) term += Math.log((m - i + 1) / i);
    if (i === k) at = Math.exp(term);
    else if (i > k) above += Math.exp(term);
  }
  return { above, at };
}
