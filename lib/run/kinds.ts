import { workOptions } from "../progress";
import { heldRun } from "./lock";

/** What work on a run may be given beside its settings. */
export const work = { ...workOptions.shape, ...heldRun.shape };
