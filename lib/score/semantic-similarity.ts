import { classifierScorer } from "./classifier-scorer";

/** As published: at least this similar is right (seonglae/CorrSteer 65ca523). */
const RIGHT_FROM = 0.6;

/** Whether an answer means what is expected, by a cross-encoder; the extra `similarity` is what that gives, in [0, 1]. */
export const semanticSimilarity = classifierScorer({
  name: "semantic-similarity",
  model: { id: "dleemiller/ModernCE-base-sts", revision: "main" },
  show: ({ completion }, { expected }) => [completion.trim(), expected],
  read([logit], _, config) {
    const similarity = activate(logit!, config);
    return { score: similarity >= RIGHT_FROM ? 1 : 0, extras: { similarity } };
  },
});

/** As sentence-transformers does with one output: the logistic function, unless the model's configuration says otherwise. */
function activate(logit: number, config: Readonly<Record<string, unknown>>): number {
  const { activation_fn } = (config["sentence_transformers"] ?? {}) as { activation_fn?: string };
  const activation = activation_fn ?? (config["sbert_ce_default_activation_function"] as string | undefined);
  return activation?.endsWith("Identity") ? Math.min(1, Math.max(0, logit)) : 1 / (1 + Math.exp(-logit));
}
