/** Positions of a context before and after the one it is of. */
export const BEFORE = 24;
export const AFTER = 7;
export const WIDTH = BEFORE + 1 + AFTER;
