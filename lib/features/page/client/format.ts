// What the data of a folder of features is: for what writes it, and for the page that reads it.

/** A token, and the logit that a feature's direction adds to it. */
export type TokenLogit = readonly [token: string, logit: number];

/**
 * A position of the text at which a feature is active, the largest activation around it, and of the positions around it on
 * which the feature is active the distance and the activation in 255ths of that, in turn.
 */
export type Context = readonly [position: number, activation: number, largest: number, around: readonly number[]];

/** A feature beside another, and how near it is. */
export type Near = readonly [feature: number, nearness: number];

/** All that is known of one feature. */
export interface FeatureData {
  readonly active: number;
  readonly meanActivation: number;
  readonly promoted: readonly TokenLogit[];
  readonly suppressed: readonly TokenLogit[];
  /** By the cosine of decoder directions. */
  readonly nearest: readonly Near[];
  /** By the correlation of activations. */
  readonly together: readonly Near[];
  readonly top: readonly Context[];
  readonly ranges: readonly (readonly Context[])[];
  readonly heldOut: readonly number[];
  readonly probes: readonly [number, number];
}

/** All features of an SAE in a few words each: line i of a text is of feature i, in it a tab between tokens. */
export interface IndexData {
  /** Rows on which each is active, and its largest activation: of 32 bits each, little-endian, in base64. */
  readonly active: string;
  readonly largest: string;
  readonly promoted: string;
  /** Tokens at which it is strongest, by how often they are. */
  readonly peaks: string;
  /** Around the position at which it is strongest. */
  readonly contexts: string;
}

/** Tokens of the text, each with what of it can be seen, and which positions begin a sequence. */
export interface TextData {
  readonly first: number;
  readonly tokens: readonly string[];
  readonly begins: readonly number[];
}

/** A label and how well it tells contexts in which its feature is active from others. */
export interface LabelData {
  readonly label: string;
  /** Who made it. */
  readonly model: string;
  /** Right of `n`, half of which the feature is active in: balanced accuracy is `right / n`. */
  readonly right: number;
  readonly n: number;
  /** P(as many right or more) of who guesses. */
  readonly p: number;
}

/** By the names of the SAEs, then by feature. */
export type LabelsData = Readonly<Record<string, Readonly<Record<string, LabelData>>>>;

/** What the page is told of the folder. */
export interface PageData {
  readonly rows: number;
  readonly before: number;
  readonly after: number;
  readonly featuresAFile: number;
  readonly tokensAFile: number;
  readonly saes: readonly { readonly name: string; readonly dSae: number }[];
}
