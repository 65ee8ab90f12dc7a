import { CachedRepository } from "./cache";
import { writeModel, type Quantisation } from "./model";
import { RandomNumbers } from "./numbers";
import { knownSaes, writeSaes } from "./saes";
import { narrowed, SUBJECTS } from "./shapes";

export interface RandomFiles {
  /** Of `SUBJECTS`. */
  readonly model: string;
  /** The hub's cache to be. */
  readonly out: string;
  readonly type?: Quantisation;
  /** Every width is so much narrower. */
  readonly scale?: number;
  /** In the catalogue. */
  readonly saes?: string;
  readonly layers?: readonly number[];
  readonly distinctSaes?: number;
}

/** What the hub calls model and SAEs, and where the model lies. */
interface Written {
  readonly model: string;
  readonly sae: string;
  readonly path: string;
}

export async function writeRandomFiles(options: RandomFiles): Promise<Written> {
  const subject = SUBJECTS[options.model];
  if (!subject) throw new Error(`--model: expected one of ${Object.keys(SUBJECTS).join(", ")}, got ${options.model}`);
  const { out, type = "q4_0", scale = 1, saes: name = subject.saes, layers, distinctSaes = Infinity } = options;
  const models = new CachedRepository(out, subject.repository);
  const file = `${subject.file}-${type.toUpperCase()}.gguf`;
  const path = models.place(file);
  writeModel(path, narrowed(subject.shape, scale), type, new RandomNumbers("model"));
  models.finish();
  const known = knownSaes(name);
  const saes = known.saes.filter(({ layer }) => layers?.includes(layer) ?? true);
  const repository = new CachedRepository(out, known.repo);
  await writeSaes(repository, { saes }, { narrowedBy: scale, nDistinct: distinctSaes });
  repository.finish();
  return { model: `hf:${subject.repository}/${file}`, sae: name, path };
}
