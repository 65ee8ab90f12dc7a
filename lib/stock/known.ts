import { CONTEXT_TOKENS } from "../model/options";
import { HOST_SAES } from "../collect/options";
import { type MemoryNeed, memoryNeed, type SaeSize, weightBytes } from "../memory/need";
import type { ModelSize } from "../model/size";
import { ggufReference, knownModels, knownModelSize } from "../sae/catalogue/models";
import { knownReleases, type KnownRelease } from "../sae/catalogue/releases";

/** A model that public SAEs are known for. */
export interface KnownStock {
  /** By its Hugging Face id. */
  readonly model: string;
  /** As `--sae` takes them. */
  readonly releases: readonly ReleaseStock[];
  readonly gguf: readonly GgufStock[];
}

export interface ReleaseStock {
  readonly name: string;
  readonly publisher: string;
  readonly licence: string | null;
  readonly layers: readonly number[];
  /** Of all its sets. */
  readonly widths: readonly number[];
}

export interface GgufStock {
  /** As `--model` takes it. */
  readonly reference: string;
  readonly sizeBytes: number | null;
  /** The model that it is of, where that is the other one of base and instruction-tuned. */
  readonly of?: string;
  /** About what a run of multiple choice takes with it; null where its size or the model's shape are not known. */
  readonly memory: StockMemory | null;
}

/** Bytes, with the first release's SAEs: with one, and with all of its first set. */
export interface StockMemory {
  readonly oneLayer: number;
  readonly allLayers: number;
}

/** Of multiple choice: a row each. */
const CHUNK_SAMPLES = 128;

export function knownStock(): KnownStock[] {
  const releases = knownReleases();
  return Object.entries(knownModels).map(([model, known]) => {
    const own = releases.filter((release) => release.model === model);
    const gguf = known.gguf.map((file): GgufStock => {
      const { sizeBytes, of } = file;
      const size = sizeBytes === undefined ? undefined : knownModelSize(known, sizeBytes);
      const memory = size ? stockMemory(size, own[0]) : null;
      return { reference: ggufReference(file), ...(of !== undefined && { of }), sizeBytes: sizeBytes ?? null, memory };
    });
    return { model, releases: own.map(releaseStock), gguf };
  });
}

function releaseStock({ name, publisher, licence, sets }: KnownRelease): ReleaseStock {
  const layers = [...new Set(sets[0]!.saes.map(({ layer }) => layer))];
  const widths = [...new Set(sets.flatMap(({ saes }) => saes.map(({ dSae }) => dSae)))].sort((a, b) => a - b);
  return { name, publisher, licence: licence ?? null, layers, widths };
}

/** @param release none: of the model by itself */
export function stockMemory(model: ModelSize, release: KnownRelease | undefined): StockMemory {
  const saes = (release?.sets[0]!.saes ?? []).map(({ dModel, dSae }): SaeSize => {
    return { dModel, dSae, fileBytes: 2 * dModel * dSae * weightBytes("f32") }; // at most: encoder and decoder
  });
  const total = (some: readonly SaeSize[]): number => need(model, some).total;
  return { oneLayer: total(saes.slice(0, 1)), allLayers: total(saes) };
}

function need(model: ModelSize, saes: readonly SaeSize[]): MemoryNeed {
  return memoryNeed(model, saes, {
    contextTokens: CONTEXT_TOKENS,
    weightBytes: weightBytes("f32"),
    saeMemoryBytes: HOST_SAES,
    spoolBytes: CHUNK_SAMPLES * saes.length * model.nEmbd * 4,
    isWhole: true,
  });
}
