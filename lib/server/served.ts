import type { FeaturePages } from "../features/folder";
import type { PromptEncoder } from "../model/generate/encode";
import type { Metrics } from "./metrics";
import type { TokenTexts } from "./answers/token-texts";
import type { LoadedSaes } from "./loaded-saes";
import type { Generator } from "../model/generate/generator";
import type { Model } from "../model/model";
import type { SaeFolder } from "../sae/folder";
import { VERSION } from "../version";
import type { SearchedRun } from "./run/searched-run";
import type { DefaultSteering } from "./steering/default";
import type { ProfileFolder } from "./steering/profiles";
import type { SteeringResolver } from "./steering/resolve";
import type { UnderWay } from "./under-way";

/** What the routes serve. */
export interface Served {
  /** What the model is called. */
  readonly name: string;
  readonly model: Model;
  readonly generator: Generator;
  /** Makes tokens of conversations. */
  readonly encoder: PromptEncoder;
  readonly texts: TokenTexts;
  readonly underWay: UnderWay;
  readonly saes: readonly SaeFolder[];
  readonly loadedSaes: LoadedSaes;
  readonly profiles: ProfileFolder;
  /** Whose features are listed, where it was started with one. */
  readonly run: SearchedRun | undefined;
  /** The folder of pages of features that was named. */
  readonly pages: string | undefined;
  /** Where this server shows a feature to who has no key to send. */
  readonly pageOf: FeaturePages;
  readonly steering: SteeringResolver;
  /** Set by PUT /v1/steering: each request takes it once. */
  defaultSteering: DefaultSteering;
  /** When the server began, in seconds since 1970. */
  readonly since: number;
  readonly maxAnswerTokens: number;
  readonly maxRequests: number;
  readonly metrics: Metrics;
}

/** Of what computes the answers: another one may give others to the same seed. */
export const FINGERPRINT = `corrsteer-${VERSION}`;
