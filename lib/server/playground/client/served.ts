// What the server says, as far as the page reads it: lib/server/schemas.

export interface Message {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

export interface ServedModel {
  /** The task of the run that is served. */
  readonly run: string | null;
  /** Ids of the SAEs whose features can be named. */
  readonly saes: readonly string[];
  readonly model_name: string;
  readonly n_layer: number;
}

export interface ProfileFeature {
  /** What a request calls it; null where the server can't add it by itself. */
  readonly name: string | null;
  readonly native_layer: number;
  readonly feature: number;
  readonly coefficient: number;
  readonly r: number;
  /** Where it is shown; null where it is not. */
  readonly page: string | null;
}

export interface Profile {
  readonly name: string;
  readonly task: string;
  readonly warning: string | null;
  readonly layers: readonly number[];
  readonly features: readonly ProfileFeature[];
}

/** One that cannot be used. */
export interface BrokenProfile {
  readonly name: string;
  readonly problem: string;
}

export interface LayerReceipt {
  readonly layer: number;
  readonly rows: number;
  readonly meanAddedNorm: number;
  readonly meanResidualNorm: number;
}

export type Arm = "plain" | "steered";

export interface Chunk {
  readonly error?: { readonly message: string };
  readonly seed: number;
  readonly choices: readonly {
    readonly arm?: Arm;
    readonly delta: { readonly content?: string; readonly reasoning_content?: string };
    /** With the values of the features that were asked for. */
    readonly tokens?: readonly { readonly text: string; readonly values: readonly number[] }[];
    readonly finish_reason: string | null;
    readonly receipt?: readonly LayerReceipt[];
  }[];
}

export interface Run {
  readonly n: number;
  readonly n_features: number;
  readonly warning: string | null;
}

/** A feature of the run. */
export interface RunFeature {
  readonly name: string;
  readonly usable: boolean;
  readonly native_layer: number;
  readonly feature: number;
  readonly r: number;
  readonly frequency: number;
  readonly coefficient: number;
  readonly page: string | null;
}

interface TokenLogit {
  readonly token: string;
  readonly logit: number;
}

/** What is known of it beside its numbers. */
export interface RunFeatureDetail {
  readonly promoted: readonly TokenLogit[];
  readonly suppressed: readonly TokenLogit[];
  readonly examples: readonly {
    readonly activation: number;
    readonly prompt: string;
    readonly completion: string;
    readonly score: number;
  }[];
}
