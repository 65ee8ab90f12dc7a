/** Which correlations count: those of one sign, as the method takes them, or all. */
export const SIGNS = ["positive", "negative", "both"] as const;
export type Sign = (typeof SIGNS)[number];

/** That of the r that do not count; none where all do. */
export const OTHER_SIGN = { positive: "negative", negative: "positive", both: undefined } as const;

/** What a feature's strength is, and a threshold's, by its name. */
export const STRENGTHS: Readonly<Record<Sign, string>> = { positive: "r", negative: "-r", both: "|r|" };
