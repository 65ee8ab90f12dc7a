/** Which correlations count: those of one sign, as the method takes them, or all. */
export const SIGNS = ["positive", "negative", "both"] as const;
export type Sign = (typeof SIGNS)[number];

/** What a feature's strength is, and a threshold's, by its name. */
export const STRENGTHS: Readonly<Record<Sign, string>> = { positive: "r", negative: "-r", both: "|r|" };
