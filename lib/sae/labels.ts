import { z } from "zod";
import { sha256 } from "../data/sha256";
import { errorCode, SteeringError } from "../errors";
import { cacheFolder } from "../files/cache-folder";
import { parseJson } from "../files/json";
import { keep, recall } from "../files/recall";
import { PATIENCE, persist, type Patience } from "../hub/passing-failure";
import { otherRefusal } from "../hub/refusal";
import { bodyOf, get } from "../hub/request";
import { yesOrNo } from "../options/kinds";
import { type Given, option } from "../options/option";
import type { WorkOptions } from "../progress";
import { dashboardSite } from "./dashboard";
import type { FeatureLink } from "./links";

export const labelsOption = z.object({
  labels: option("ask the dashboards what the chosen features are called", yesOrNo().default(false), {
    more: "Labels are kept in the cache. They are what a language model made of a feature's examples: no evidence.",
  }),
});

/** Whether labels are wanted at all, and how to ask for them. */
export type LabelOptions = Given<typeof labelsOption> & WorkOptions & { readonly patience?: Patience };

/** Links with labels, where they have one. */
export interface Labelled {
  readonly links: readonly FeatureLink[];
  /** Why labels are missing; null where all were asked for that there are. */
  readonly noLabels: string | null;
}

const MOST_BYTES = 2 ** 24;
/** Characters of a label. */
const LONGEST = 200;

const page = z.object({ explanations: z.array(z.object({ description: z.string().nullish() })).nullish() });
const known = z.object({ format: z.literal(1), url: z.string(), label: z.string().max(LONGEST) });

/**
 * Where `labels` are wanted, asks a dashboard's site for the labels of features, one after the other, as it limits how
 * often it is asked. Where it does not answer they stay without: no error, as what they belong to is done.
 *
 * @throws the signal's reason
 */
export async function labelLinks(
  links: readonly FeatureLink[],
  { labels = false, onProgress, signal, patience = PATIENCE }: LabelOptions = {},
): Promise<Labelled> {
  const labelled = [...links];
  if (!labels) return { links, noLabels: null };
  try {
    for (const [i, link] of links.entries()) {
      onProgress?.({ step: "labels of features", done: i, total: links.length, unit: "features" });
      const label = await labelOf(link, signal, patience);
      if (label !== undefined) labelled[i] = { ...link, label };
    }
    return { links: labelled, noLabels: null };
  } catch (error) {
    signal?.throwIfAborted();
    if (errorCode(error) === undefined) throw error;
    return { links: labelled, noLabels: (error as Error).message };
  }
}

async function labelOf(
  { dashboard }: FeatureLink,
  signal: AbortSignal | undefined,
  patience: Patience,
): Promise<string | undefined> {
  const site = dashboardSite();
  const url = `${site}/api/feature${dashboard.slice(site.length)}`;
  const place = cacheFolder("labels", `${sha256(url)}.json`);
  const remembered = await recall(place, known);
  if (remembered?.url === url) return remembered.label;
  const label = await persist(() => ask(url, signal), signal, patience);
  if (label !== undefined) await keep(place, { format: 1, url, label } satisfies z.infer<typeof known>);
  return label;
}

/** @throws ERR_DOWNLOAD, ERR_HUB_ANSWER */
async function ask(url: string, signal: AbortSignal | undefined): Promise<string | undefined> {
  const answer = await get(url, { headers: { accept: "application/json" }, signal });
  const body = await bodyOf(answer, url, { mostBytes: MOST_BYTES, signal });
  const fail = (reason: string) => new SteeringError("ERR_HUB_ANSWER", `${url}: ${reason}`, { url });
  if (!body) throw fail(`it has more than ${MOST_BYTES} bytes`);
  if (answer.status === 404) return undefined;
  if (answer.status !== 200) throw otherRefusal(url, answer);
  const { explanations } = parseJson(body.toString("utf8"), page, () => fail("it is no feature of a dashboard"));
  const descriptions = explanations?.map(({ description }) => description?.trim() ?? "") ?? [];
  return descriptions.find((description) => description !== "")?.slice(0, LONGEST);
}
