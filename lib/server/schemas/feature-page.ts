import { z } from "zod";

/** Where a feature is shown. */
export const featurePageAnswer = z
  .string()
  .nullable()
  .describe("Where this server shows what it is active on; null without --features, and where a key is asked for.");
