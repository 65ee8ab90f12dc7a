export type * from "./page/client/format";

export const FEATURES_FORMAT = 1;
/** Features of one file of data, and tokens of one file of text: small enough to be read at once. */
export const FEATURES_A_FILE = 64;
export const TOKENS_A_FILE = 8192;
