/** The level of every test: of features that survive, candidates that help, differences that are shown. */
export const ALPHA = 0.05;
