import type { Sample } from "../data/sample";
import type { DownloadOptions } from "../hub/fetch-files";
import { once } from "../once";
import { anyText } from "./reads";
import type { Answer, Score, Scorer } from "./scorer";
import { SequenceClassifier, type HubModel, type Text } from "./sequence-classifier";

/** What is special about a scorer that is a classifier. */
export interface ClassifierScoring {
  readonly name: string;
  readonly model: HubModel;
  readonly check?: (sample: Sample) => void;
  /** What the classifier gets to see. */
  readonly show: (answer: Answer, sample: Sample) => Text;
  /** What its outputs mean. @param config the classifier's `config.json` */
  readonly read: (logits: readonly number[], sample: Sample, config: SequenceClassifier["config"]) => Score;
}

/** A scorer whose model is loaded once, by the first answer at the latest; answers of one turn make one batch. */
export function classifierScorer({ name, model, check, show, read }: ClassifierScoring): Scorer {
  let identity: string | undefined;
  const load = once((options?: DownloadOptions) => SequenceClassifier.load(model, options));
  const logitsOf = batched(async (texts: readonly Text[]) => (await load()).logits(texts));
  return {
    name,
    get model() {
      return identity ?? `${model.id}@${model.revision}`;
    },
    ...(check && { check }),
    reads: anyText,
    async prepare(options) {
      options.signal?.throwIfAborted();
      ({ identity } = await load(options));
    },
    async score(answer, sample) {
      const logits = await logitsOf(show(answer, sample));
      return read(logits, sample, (await load()).config);
    },
  };
}

/** A function of one item that is called with all the items of a turn of the event loop. */
function batched<In, Out>(all: (items: readonly In[]) => Promise<readonly Out[]>): (item: In) => Promise<Out> {
  let items: In[] = [];
  let results: Promise<readonly Out[]> | undefined;
  return async (item) => {
    const index = items.push(item) - 1;
    results ??= Promise.resolve().then(() => {
      const batch = items;
      [items, results] = [[], undefined];
      return all(batch);
    });
    return (await results)[index]!;
  };
}
