import { nativeLayer, type HookPoint } from "../hook-point";
import arditi from "./arditi.json";
import bloom from "./bloom.json";
import chanin from "./chanin.json";
import eleutherai from "./eleutherai.json";
import engels from "./engels.json";
import goodfire from "./goodfire.json";
import google from "./google.json";
import he from "./he.json";
import karvonen from "./karvonen.json";
import { knownModel } from "./models";
import openmoss from "./openmoss.json";
import qwen from "./qwen.json";
import saebench from "./saebench.json";
import { publisherSchema, seriesSchema, type ReleaseTemplate, type SaeOverrides, type Series } from "./schema";
import { fill, layersIn } from "./template";
import tigges from "./tigges.json";

/** A published SAE. */
export interface KnownSae extends HookPoint {
  /** As SAELens' registry names it within its release. */
  readonly id: string;
  readonly dModel: number;
  readonly dSae: number;
  /** Its folder, or its file, in the repository. */
  readonly path: string;
  /** What has to be fetched, by path in the repository. */
  readonly files: readonly string[];
  /** What is worth fetching where it is there. */
  readonly optionalFiles: readonly string[];
  /** Of its dashboard on neuronpedia.org. */
  readonly neuronpediaId: string | undefined;
  /** How many features the publisher says are active, of a token. */
  readonly l0: number | undefined;
  readonly overrides: SaeOverrides;
}

/** SAEs of a release that are alike, one a layer. */
export interface KnownSet {
  readonly name: string;
  readonly saes: readonly KnownSae[];
}

/** SAEs that were published together. */
export interface KnownRelease {
  /** As in SAELens' registry, where it has it. */
  readonly name: string;
  readonly publisher: string;
  /** By its Hugging Face id. */
  readonly model: string;
  readonly repo: string;
  readonly source: string;
  readonly licence: string | undefined;
  /** What of this nobody here has seen written by the publisher. */
  readonly unverified: string | undefined;
  readonly note: string | undefined;
  /** The first is taken where none is named. */
  readonly sets: readonly KnownSet[];
}

const files = [google, openmoss, qwen, goodfire, bloom, chanin, arditi, karvonen, saebench, eleutherai, engels, tigges, he]; // prettier-ignore

let releases: readonly KnownRelease[] | undefined;

/** All that are known. */
export function knownReleases(): readonly KnownRelease[] {
  return (releases ??= files.flatMap((file) => {
    const { publisher, releases } = publisherSchema.parse(file);
    return releases.flatMap((release) => releasesOf(publisher, release));
  }));
}

function releasesOf(publisher: string, template: ReleaseTemplate): KnownRelease[] {
  const { release, repo, source, licence, unverified, note, models, sets, ...common } = template;
  return models.map(({ model, noDashboard = [], ...ofModel }) => {
    const values = { ...common.values, ...ofModel.values };
    const saes = sets.map((set) => {
      const none = noDashboard.includes(set.name) && { dashboard: null };
      const said = { ...common, ...ofModel, ...set, ...none, values: { ...values, ...set.values } };
      return { name: set.name, saes: saesOf(seriesSchema.parse(said), model) };
    });
    return {
      ...{ name: fill(release, values), publisher, model, repo: fill(repo, values) },
      ...{ source, licence, unverified, note, sets: joined(saes) },
    };
  });
}

/** Sets of one name as one. */
function joined(sets: readonly KnownSet[]): KnownSet[] {
  return [...new Set(sets.map(({ name }) => name))].map((name) => ({
    name,
    saes: sets
      .filter((set) => set.name === name)
      .flatMap(({ saes }) => saes)
      .sort((a, b) => nativeLayer(a) - nativeLayer(b)),
  }));
}

function saesOf(series: Series, model: string): KnownSae[] {
  const { nLayer, nEmbd } = knownModel(model);
  const { name, site, dSae, dashboard, overrides = {}, optionalFiles = [] } = series;
  const withDashboard = layersIn(series.dashboardLayers ?? "all", nLayer);
  return layersIn(series.layers, nLayer).map((layer, i) => {
    const l0 = l0Of(series.l0, layer, i, nLayer);
    const values = { ...series.values, ...(l0 !== undefined && { l0 }), layer, site, set: name };
    const path = fill(series.path, values);
    const inRepo = (file: string) => fill(file, { ...values, path });
    return {
      ...{ id: fill(series.id, values), layer, site, dModel: nEmbd, dSae, path, l0, overrides },
      files: series.files.map(inRepo),
      optionalFiles: optionalFiles.map(inRepo),
      neuronpediaId: dashboard && withDashboard.includes(layer) ? fill(dashboard, values) : undefined,
    };
  });
}

function l0Of(l0: Series["l0"], layer: number, i: number, nLayer: number): number | undefined {
  if (typeof l0 !== "object") return l0;
  if (Array.isArray(l0)) return l0[i];
  return Math.floor(l0.from + (l0.to - l0.from) * Math.min(1, (3 * layer) / nLayer));
}
