import type { FeaturePages } from "../../features/folder";
import type { Generator } from "../../model/generate/generator";
import type { ReplyOptions, ReplyWay } from "../../model/generate/options";
import type { Reply } from "../../model/generate/reply";
import type { Model } from "../../model/model";
import { given } from "../../options/given";
import type { ChatMessage } from "../../prompt/chat-template";
import { log, printLines } from "../output";
import { featureLines } from "../watched-features";
import type { Active } from "./profiles";

/** A message, and of an answer what it came of. */
export interface Turn extends ChatMessage, Partial<Pick<Reply, "reasoning" | "receipt" | "usage" | "stopReason">> {
  readonly steeredBy?: { readonly profile: string; readonly scale: number };
}

/** A conversation and how it is answered: what the commands of a chat change. */
export class Chat {
  /** A user's and an answer to it, and so on. */
  turns: Turn[] = [];
  active: Active | undefined;
  isOver = false;

  constructor(
    readonly model: Model,
    readonly generator: Generator,
    public options: ReplyOptions,
    public system: string | undefined,
    /** Where profiles are looked for by name. */
    readonly profiles: string,
    /** Whose features can be watched, as `--sae` names them. */
    readonly saes: readonly string[],
    /** Where features have pages. */
    readonly pages: FeaturePages | undefined,
    readonly isQuiet: boolean,
  ) {}

  /** Of an answer, what is watched. */
  showFeatures(reply: Reply): void {
    const { watch } = this.options;
    if (watch) printLines(featureLines(watch, reply, this.model));
  }

  /** Tells a person. */
  note(text: string): void {
    if (!this.isQuiet) log(text);
  }

  /** "careful:0.8> " */
  get prompt(): string {
    if (!this.active) return "> ";
    const { name, scale } = this.active;
    return scale === 1 ? `${name}> ` : `${name}:${scale}> `;
  }

  /** What the model is shown. @param turns @default all of them */
  messages(turns: readonly Turn[] = this.turns): ChatMessage[] {
    const system = this.system === undefined ? [] : [{ role: "system" as const, content: this.system }];
    return [...system, ...turns.map(({ role, content }) => ({ role, content }))];
  }

  /** How an answer is steered now. */
  get way(): ReplyWay {
    return given({ steering: this.active?.steering });
  }

  /** An answer as a turn. */
  turnOf({ text, reasoning, receipt, usage, stopReason }: Reply): Turn {
    const steeredBy = this.active && { profile: this.active.path, scale: this.active.scale };
    return { role: "assistant", content: text, ...given({ reasoning, receipt, usage, stopReason, steeredBy }) };
  }
}
