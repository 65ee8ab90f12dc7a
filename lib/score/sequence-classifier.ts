import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { SteeringError } from "../errors";
import { sha256File } from "../files/hash";
import { hubCache, hubEndpoint } from "../hub/environment";
import type { DownloadOptions } from "../hub/fetch-files";
import { fetchFolder } from "../hub/fetch-folder";
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
const WEIGHTS = "onnx/model.onnx";
const FILES = ["config.json", "tokenizer.json", "tokenizer_config.json", WEIGHTS];
const MAX_TOKENS = 512;

/** What is used of the optional package. */
interface Transformers {
  readonly AutoTokenizer: Loader<Tokenizer>;
  readonly AutoModelForSequenceClassification: Loader<Classifier>;
}
interface Loader<T> {
  from_pretrained(folder: string, options: Record<string, unknown>): Promise<T>;
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
   * From the folder of local models, else of the hub, in whose cache it stays.
   * @throws ERR_MISSING_PACKAGE without transformers.js; ERR_MODEL_LOAD; the signal's reason
   */
  static async load(model: HubModel, options: DownloadOptions = {}): Promise<SequenceClassifier> {
    const { AutoTokenizer, AutoModelForSequenceClassification } = requireOptional(
      PACKAGE,
      "scorers that are models need",
    ) as Transformers;
    const { id, revision } = model;
    try {
      const local = localFolder(model);
      const folder = local ?? (await fetchFolder(`hf:${id}@${revision}`, isNeeded, options)).path;
      const loading = { dtype: "fp32", local_files_only: true };
      const tokenizer = await AutoTokenizer.from_pretrained(folder, loading);
      const classifier = await AutoModelForSequenceClassification.from_pretrained(folder, loading);
      const weights = await sha256File(join(folder, WEIGHTS));
      const identity = `${id}@${local === undefined ? revision : "local"} sha256:${weights}`;
      return new SequenceClassifier(identity, classifier.config, tokenizer, classifier);
    } catch (cause) {
      options.signal?.throwIfAborted();
      throw loadError(model, cause);
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

function isNeeded(path: string): boolean {
  return FILES.includes(path);
}

function loadError({ id, revision }: HubModel, cause: unknown): SteeringError {
  const models = process.env["CORRSTEER_SCORER_MODELS"];
  const tried = [...(models ? [join(models, id)] : []), hubCache(), hubEndpoint()];
  return new SteeringError(
    "ERR_MODEL_LOAD",
    `${id}@${revision} cannot be loaded: ${(cause as Error).message}. Looked in ${tried.join(", ")}. Without a network, ` +
      `put its files into a folder as the hub has them, and name what holds ${id} in CORRSTEER_SCORER_MODELS.`,
    { model: id, revision, tried },
    { cause },
  );
}
