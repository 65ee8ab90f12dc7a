/** What the page's script gets of the answers that steering changed. */
export interface Changes {
  /** Arms that have changed answers, in the order of the evaluation. */
  readonly arms: readonly string[];
  readonly rows: readonly ChangedRow[];
}

/** One question that at least one arm answers otherwise than the arm that it is compared with. */
export interface ChangedRow {
  readonly id: string;
  readonly group?: string;
  readonly prompt: string;
  readonly gold: string;
  /** By the arm's name; only of those that answer otherwise. */
  readonly changes: Readonly<Record<string, Change>>;
}

export interface Change {
  readonly kind: ChangeKind;
  /** The answer of the arm compared with, and this arm's. */
  readonly from: string;
  readonly to: string;
}

export type ChangeKind = "wrongToRight" | "rightToWrong" | "wrongToOtherWrong" | "rightToOtherRight";
