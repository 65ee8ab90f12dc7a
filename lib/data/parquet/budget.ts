/** What may be taken of something. */
export class Budget {
  private left: number;

  constructor(
    private readonly most: number,
    private readonly what: string,
  ) {
    this.left = most;
  }

  /** @throws Error where that is more than is left */
  take(n: number): void {
    this.left -= n;
    if (this.left < 0) throw new Error(`more than ${this.most} ${this.what}`);
  }
}
