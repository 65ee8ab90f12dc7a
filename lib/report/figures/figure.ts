import type { Spec } from "vega";
import type { Look } from "./look";

/** A chart: what it is called, what it shows in words, and how it is drawn. */
export interface Figure {
  /** Of its file. */
  readonly name: string;
  readonly title: string;
  /** One or two sentences for those who cannot see it, and under it for those who can. */
  readonly description: string;
  readonly spec: (look: Look) => Spec;
}
