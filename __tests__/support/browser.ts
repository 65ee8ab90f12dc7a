import { CHROMIUM } from "./chromium";

if (CHROMIUM === undefined) console.warn("No chromium in /usr/bin: what the page does in a browser is not tested.");

/** Tests that need a real browser; told and skipped where none is installed. `.ci/run` installs one. */
export const describeInBrowser = CHROMIUM === undefined ? describe.skip : describe;
