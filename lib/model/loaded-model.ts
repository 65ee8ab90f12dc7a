import type { NativeModelInfo } from "../native/addon";

export type ModelInfo = NativeModelInfo;

export interface TokenizeOptions {
  /** Puts the beginning-of-sequence token in front where the vocabulary wants one. @default true */
  addSpecial?: boolean;
  /** Reads control tokens such as `<|im_start|>` as what they stand for. @default false */
  parseSpecial?: boolean;
}

/** A model as those see it who do not own it: what it is, and its tokens. */
export interface LoadedModel {
  readonly info: ModelInfo;

  /** Token ids. */
  tokenize(text: string, options?: TokenizeOptions): Int32Array;

  /**
   * The text of tokens; bytes that are no UTF-8 become U+FFFD.
   *
   * @param options `special` writes control tokens out (default false)
   */
  detokenize(tokens: Int32Array, options?: { special?: boolean }): string;
}
