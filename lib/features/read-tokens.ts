/** All tokens that were read, one sequence after the other: 4 bytes a token. */
export class ReadTokens {
  private tokens = new Int32Array(2 ** 16);
  private readonly starts: number[] = [];
  private n = 0;

  get length(): number {
    return this.n;
  }

  /** @returns the position of its first token */
  add(sequence: Int32Array): number {
    const begin = this.n;
    this.n += sequence.length;
    if (this.n > this.tokens.length) {
      const grown = new Int32Array(2 * this.n);
      grown.set(this.tokens);
      this.tokens = grown;
    }
    this.tokens.set(sequence, begin);
    this.starts.push(begin);
    return begin;
  }

  /** The number of the sequence that a position is in. */
  sequenceOf(position: number): number {
    let [low, high] = [0, this.starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.starts[middle]! <= position) low = middle;
      else high = middle;
    }
    return low;
  }

  /** Those of a window that are of the sequence that `position` is in, and which of them is at it. */
  around(position: number, before: number, after: number): { tokens: Int32Array; at: number } {
    const sequence = this.sequenceOf(position);
    const begin = Math.max(this.starts[sequence]!, position - before);
    const end = Math.min(this.starts[sequence + 1] ?? this.n, position + after + 1);
    return { tokens: this.tokens.subarray(begin, end), at: position - begin };
  }

  /** Each sequence's tokens, with the position of the first. */
  *sequences(): Generator<{ position: number; tokens: Int32Array }> {
    for (const [i, position] of this.starts.entries()) {
      yield { position, tokens: this.tokens.subarray(position, this.starts[i + 1] ?? this.n) };
    }
  }
}
