import { errorCode } from "../errors";
import type { Progress } from "../progress";
import type { RankOptions } from "./options";
import { rankShards } from "./rank-shards";
import { decidingR, survives, type Confound, type RankedFeature, type Ranking } from "./ranking";
import type { Shard } from "../run/shards";
import { readVariables } from "./variables";

interface Question {
  readonly variable: string;
  readonly how: Confound["how"];
}

/** Of questions that list choices: is it the answer's form, is it which option the model names. */
const OF_CHOICES: readonly Question[] = [
  { variable: "formatValid", how: "given" },
  { variable: "chosenOption", how: "within" },
];
/** Of longer answers: max pooling grows with the answer, and so may being wrong. */
const OF_TEXTS: readonly Question[] = [{ variable: "completionTokens", how: "given" }];

/**
 * Whether what else is known of the answers explains the features that survive: the ranking is made again given each such
 * variable, or with scores permuted among its equal values. Nothing is asked of a ranking that has no survivors, that is
 * of another target, or that was given variables by its user.
 *
 * @throws ERR_FILE_FORMAT, the signal's reason
 */
export async function askConfounds(
  shards: readonly Shard[],
  options: RankOptions,
  ranking: Ranking,
): Promise<Confound[]> {
  const { target, covariates, stratifiedBy } = ranking;
  const survivors = ranking.layers.flatMap(({ features }) => features.filter((feature) => survives(feature, ranking)));
  if (survivors.length === 0 || target !== "score" || covariates.length > 0 || stratifiedBy !== null) return [];
  const ofForm = shards[0]!.manifest.task.triesChoices ? undefined : await askable(shards, OF_CHOICES);
  const varying = ofForm ?? (await askable(shards, OF_TEXTS)) ?? [];
  const confounds = [];
  for (const question of varying) confounds.push(await ask(question, shards, options, survivors));
  return confounds;
}

/**
 * Those whose variable is not the same in all samples; undefined where a sample lacks one: a user's task may have choices
 * in some questions only.
 */
async function askable(shards: readonly Shard[], questions: readonly Question[]): Promise<Question[] | undefined> {
  const directories = shards.map(({ directory }) => directory);
  const names = questions.map(({ variable }) => variable);
  const variables = await readVariables(directories, { confound: names }).catch((error: unknown) => {
    if (errorCode(error) === "ERR_INVALID_ARGUMENT") return undefined;
    throw error;
  });
  return variables && questions.filter(({ variable }) => new Set<number | string>(variables.get(variable)).size > 1);
}

async function ask(
  { variable, how }: Question,
  shards: readonly Shard[],
  options: RankOptions,
  survivors: readonly RankedFeature[],
): Promise<Confound> {
  const asked = how === "given" ? { covariates: [variable] } : { stratifyBy: variable };
  const topK = Math.max(...shards[0]!.manifest.saes.map(({ dSae }) => dSae));
  const onProgress = ({ step, ...count }: Progress) =>
    options.onProgress?.({ step: `${step}, ${how} ${variable}`, ...count });
  const again = await rankShards(shards, { ...options, ...asked, topK, bootstrap: 0, onProgress }).catch(
    (error: unknown) => {
      if (errorCode(error) === "ERR_DEGENERATE") return undefined; // the variable says all there is to say of the score
      throw error;
    },
  );
  const features = survivors.map(({ sae, layer, feature }) => {
    const found = again?.layers
      .find((ranked) => ranked.sae === sae)
      ?.features.find((ranked) => ranked.feature === feature);
    return { sae, layer, feature, r: found ? decidingR(found) : null, familyWiseP: found?.familyWiseP ?? null };
  });
  const alpha = again?.null?.alpha ?? 0;
  const nSurvivors = features.filter(({ familyWiseP }) => familyWiseP !== null && familyWiseP <= alpha).length;
  return { variable, how, threshold: again?.null?.threshold ?? null, nSurvivors, features };
}
