/** Numbers that differ by no more, of what they are sums of, differ by rounding: 0.1 + 0.2 is not 0.3. */
export const TIE_SLACK = 1e-12;
