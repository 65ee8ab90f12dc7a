import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { ChatChunk } from "../../lib/server/schemas/chat-answer";
import { random } from "../native/models";
import { saveProfiles } from "./profiles";
import { events, posted, send, startServer } from "./server";

const PATH = "/v1/chat/completions";
const PROFILES = Array.from({ length: 8 }, (_, i) => `p${i}`);
const QUESTIONS = ["abc", "what is it", "one two three", "z"];
const MAX_TOKENS = 24;

export interface LoadOptions {
  readonly clients: number;
  readonly requests: number;
  /** Share of the requests whose client leaves in the middle. */
  readonly leaving: number;
}

export interface Load {
  /** Answers that came to their end, and those whose client left. */
  readonly done: number;
  readonly left: number;
  readonly lost: string[];
  readonly wrong: string[];
  /** Of the process's memory from a tenth of the requests to the last. */
  readonly growthBytes: number;
  readonly seconds: number;
}

/** What an answer that was not disturbed is. */
interface Expected {
  readonly text: string;
  readonly fingerprint: string | undefined;
}

/** Many clients at once, each streaming one answer after the other, of any profile, some leaving at random. */
export async function underLoad({ clients, requests, leaving }: LoadOptions): Promise<Load> {
  const folder = mkdtempSync(join(tmpdir(), "corrsteer-"));
  try {
    await saveProfiles(folder, PROFILES);
    await using running = await startServer({ profiles: folder, contextTokens: 16_384 });
    const models = ["qwen3", ...PROFILES.map((name) => `qwen3@${name}`)];
    const bodyOf = (model: string, question: string) => ({
      model,
      messages: [{ role: "user", content: question }],
      temperature: 0,
      max_tokens: MAX_TOKENS,
      stream: true,
    });
    const ask = async (body: object, leaveAfter = Infinity): Promise<ChatChunk[] | undefined> => {
      const leaving = new AbortController();
      const chunks: ChatChunk[] = [];
      try {
        const response = await fetch(running.url + PATH, { ...posted(body), signal: leaving.signal });
        for await (const event of events(response)) {
          if (event === undefined) return chunks;
          chunks.push(event as unknown as ChatChunk);
          if (chunks.length === leaveAfter) leaving.abort();
        }
      } catch (error) {
        if (leaving.signal.aborted) return undefined;
        throw error;
      }
      throw new Error("the stream ended without [DONE]");
    };
    const expected = new Map<string, Expected>();
    for (const model of models) {
      for (const question of QUESTIONS) expected.set(model + question, told((await ask(bodyOf(model, question)))!));
    }

    const next = random(7);
    const pick = <T>(values: readonly T[]) => values[Math.floor(next() * values.length)]!;
    const found = { done: 0, left: 0, lost: [] as string[], wrong: [] as string[] };
    const since = Date.now();
    let begun = 0;
    let early = Infinity;
    const client = async () => {
      while (begun < requests) {
        begun += 1;
        if (begun === Math.ceil(requests / 10)) early = memory();
        const [model, question] = [pick(models), pick(QUESTIONS)];
        const leaves = next() < leaving;
        try {
          const chunks = await ask(bodyOf(model, question), leaves ? 1 + Math.floor(next() * MAX_TOKENS) : undefined);
          if (!chunks) found.left += 1;
          else {
            found.done += 1;
            const problem = differs(chunks, model, expected.get(model + question)!);
            if (problem !== undefined) found.wrong.push(`${model} ${question}: ${problem}`);
          }
        } catch (error) {
          found.lost.push(String(error));
        }
      }
    };
    await Promise.all(Array.from({ length: clients }, client));
    const seconds = (Date.now() - since) / 1000;
    await sleep(200);
    const { body } = await send(running, "/health");
    if ((body as { status?: string }).status !== "ok") found.lost.push("the server itself");
    return { ...found, seconds, growthBytes: memory() - early };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function told(chunks: readonly ChatChunk[]): Expected {
  const text = chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta.content ?? "")).join("");
  return { text, fingerprint: chunks[0]!.steering?.fingerprint };
}

/** What is wrong with an answer: text, steering, or a receipt that does not prove it. */
function differs(chunks: readonly ChatChunk[], model: string, expected: Expected): string | undefined {
  const { text, fingerprint } = told(chunks);
  const receipt = chunks.at(-1)!.choices[0]!.receipt!;
  const rows = model.includes("@") ? [MAX_TOKENS] : [];
  if (fingerprint !== expected.fingerprint) return "another's steering";
  if (receipt.map((layer) => layer.rows).join() !== rows.join()) return `a receipt of ${JSON.stringify(receipt)}`;
  return text === expected.text ? undefined : `"${text}" for "${expected.text}"`;
}

/** Bytes that are in use after what is garbage was collected. */
function memory(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
