import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { SteeringError } from "../errors";
import { cacheFolder } from "../files/cache-folder";
import { sha256File } from "../files/hash";
import { requireOptional } from "../optional-package";

/** A text, or two that are looked at together. */
export type Text = readonly [text: string, pair?: string];

/** A model on the Hugging Face hub, with its weights as `onnx/model.onnx` alone. */
export interface HubModel {
  readonly id: string;
  /** Branch, tag or commit. */
  readonly revision: string;
}

const PACKAGE = "@huggingface/transformers";
/** Its folder in the cache. */
const CACHE = "scorers";
const WEIGHTS = "onnx/model.onnx";
const FILES = ["config.json", "tokenizer.json", "tokenizer_config.json", WEIGHTS];
const MAX_TOKENS = 512;

/** What is used of the optional package. */
interface Transformers {
  readonly env: { remoteHost: string };
  readonly AutoTokenizer: Loader<Tokenizer>;
  readonly AutoModelForSequenceClassification: Loader<Classifier>;
}
interface Loader<T> {
  from_pretrained(idOrFolder: string, options: Record<string, unknown>): Promise<T>;
}
interface Tokenizer {
  (texts: string[], options: Record<string, unknown>): Record<string, IntegerTensor>;
  readonly sep_token_id?: number;
}
interface IntegerTensor {
  /** [nTexts, nTokens], row-major. */
  readonly data: BigInt64Array;
  readonly dims: readonly [number, number];
}
interface Classifier {
  (inputs: Record<string, IntegerTensor>): Promise<{ readonly logits: { tolist(): number[][] } }>;
  readonly config: Readonly<Record<string, unknown>>;
}

/** A classifier of texts by transformers.js, which is loaded when one is needed: it is no dependency of this package. */
export class SequenceClassifier {
  private constructor(
    /** For artefacts: id, revision (or that the files are a user's own), and SHA-256 of the weights' file. */
    readonly identity: string,
    /** Its `config.json`. */
    readonly config: Readonly<Record<string, unknown>>,
    private readonly tokenizer: Tokenizer,
    private readonly classifier: Classifier,
  ) {}

  /**
   * From the folder of local models, the cache, or the hub, in this order.
   * @throws ERR_MISSING_PACKAGE without transformers.js; ERR_MODEL_LOAD
   */
  static async load(model: HubModel): Promise<SequenceClassifier> {
    const { env, AutoTokenizer, AutoModelForSequenceClassification } = requireOptional(
      PACKAGE,
      "scorers that are models need",
    ) as Transformers;
    if (process.env["HF_ENDPOINT"]) env.remoteHost = process.env["HF_ENDPOINT"];
    // A folder is read as it is. By its id, transformers.js 4.3 asks the hub even for files that it has in its cache.
    const local = localFolder(model);
    const folder = local ?? cachedFolder(model);
    const options = { revision: model.revision, dtype: "fp32", cache_dir: cacheFolder(CACHE) };
    try {
      if (folder === undefined && isOffline()) throw new Error("HF_HUB_OFFLINE is set, and its files are not here");
      const source = folder ?? model.id;
      const tokenizer = await AutoTokenizer.from_pretrained(source, options);
      const classifier = await AutoModelForSequenceClassification.from_pretrained(source, options);
      const weights = await sha256File(join(folder ?? cachedFolder(model)!, WEIGHTS));
      const identity = `${model.id}@${local === undefined ? model.revision : "local"} sha256:${weights}`;
      return new SequenceClassifier(identity, classifier.config, tokenizer, classifier);
    } catch (cause) {
      throw loadError(model, env.remoteHost, cause);
    }
  }

  /** Outputs of the classifier's head for each text, before any activation. */
  async logits(texts: readonly Text[]): Promise<number[][]> {
    const pairs = texts.flatMap(([, pair]) => pair ?? []);
    const inputs = this.tokenizer(
      texts.map(([text]) => text),
      { padding: true, truncation: true, max_length: MAX_TOKENS, ...(pairs.length > 0 && { text_pair: pairs }) },
    );
    this.endWithSeparator(inputs["input_ids"]!, inputs["attention_mask"]!);
    return (await this.classifier(inputs)).logits.tolist();
  }

  /** transformers.js cuts the separator off a text that is too long; the original library keeps it. */
  private endWithSeparator({ data, dims: [nTexts, nTokens] }: IntegerTensor, { data: isText }: IntegerTensor): void {
    if (this.tokenizer.sep_token_id === undefined || nTokens < MAX_TOKENS) return;
    const separator = BigInt(this.tokenizer.sep_token_id);
    for (let last = nTokens - 1; last < nTexts * nTokens; last += nTokens) {
      if (isText[last] === 1n) data[last] = separator;
    }
  }
}

/** The model's folder in `CORRSTEER_SCORER_MODELS`, where it is there. */
function localFolder({ id }: HubModel): string | undefined {
  const models = process.env["CORRSTEER_SCORER_MODELS"];
  return models && existsSync(join(models, id)) ? resolve(models, id) : undefined;
}

/** Where transformers.js has put the model's files, when all are there. */
function cachedFolder({ id, revision }: HubModel): string | undefined {
  const folder = join(cacheFolder(CACHE), id, revision === "main" ? "" : revision);
  return FILES.every((file) => existsSync(join(folder, file))) ? folder : undefined;
}

function isOffline(): boolean {
  return ["1", "true", "yes", "on"].includes((process.env["HF_HUB_OFFLINE"] ?? "").toLowerCase());
}

function loadError({ id, revision }: HubModel, hub: string, cause: unknown): SteeringError {
  const models = process.env["CORRSTEER_SCORER_MODELS"];
  const tried = [...(models ? [join(models, id)] : []), join(cacheFolder(CACHE), id), ...(isOffline() ? [] : [hub])];
  return new SteeringError(
    "ERR_MODEL_LOAD",
    `${id}@${revision} cannot be loaded: ${(cause as Error).message}. Looked in ${tried.join(", ")}. Without a network, ` +
      `put its files into a folder as the hub has them, and name what holds ${id} in CORRSTEER_SCORER_MODELS.`,
    { model: id, revision, tried },
    { cause },
  );
}
