import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer } from "../../lib/server/create-server";
import { saveSteering } from "../../lib/steering/save-steering";
import { plainDecode, type Stream, wholeOf } from "../plain";
import { compare, type Result } from "../result";
import { type Arm, interleave, spent, type Spent } from "../rounds";
import { stories } from "../stories";
import { allLayers, faintSteering, type Subject } from "../subject";

const CONTEXT_TOKENS = 4096;
const N_PROFILES = 8;
const NAME = "model";

/**
 * Text of `nStreams` clients at once, streamed over HTTP to this same process: the server as it is, and each client steered by
 * one of eight profiles in all layers, beside the plain loop.
 */
export async function serveRow(subject: Subject, nStreams: number, nGenerate: number): Promise<Result[]> {
  const { model, threads } = subject;
  const profiles = await mkdtemp(join(tmpdir(), "corrsteer-bench-"));
  try {
    for (let i = 0; i < N_PROFILES; i++) {
      const steering = faintSteering(model, allLayers(model), i);
      await saveSteering(join(profiles, `p${i}.steer.json`), steering, model);
    }
    const options = { name: NAME, profiles, port: 0, threads, contextTokens: CONTEXT_TOKENS };
    await using server = await createServer(model, options);
    const url = await server.listen();
    const streams = (arm: number, round: number) => stories(model, nStreams, nGenerate, 1000 * (3 * round + arm));
    const clients = (name: string, number: number, modelOf: (client: number) => string): Arm<Spent> => ({
      name,
      run: (round) =>
        spent(() =>
          Promise.all(streams(number, round).map((stream, client) => complete(url, modelOf(client), stream))),
        ),
    });
    const arms: Arm<Spent>[] = [
      {
        name: "plain loop",
        run: async (round) => wholeOf(await plainDecode(subject, streams(0, round), CONTEXT_TOKENS)),
      },
      clients("served", 1, () => NAME),
      clients("served and steered", 2, (client) => `${NAME}@p${client % N_PROFILES}`),
    ];
    const times = await interleave(arms, subject.rounds);
    const common = { row: `serve, ${nStreams} clients`, of: "wall", tokens: nStreams * nGenerate } as const;
    const atLeast = (value: number) => ({ kind: "at least", value }) as const;
    return [
      compare(times, { ...common, arm: "served", reference: "plain loop", bar: atLeast(0.9) }),
      compare(times, { ...common, arm: "served and steered", reference: "served", bar: atLeast(0.95) }),
    ];
  } finally {
    await rm(profiles, { recursive: true });
  }
}

/** Reads a streamed completion to its end, which has to be as long as asked. */
async function complete(url: string, model: string, { prompt, nGenerate }: Stream): Promise<void> {
  const asked = { model, prompt: [...prompt], max_tokens: nGenerate, temperature: 0, stream: true };
  const response = await fetch(`${url}/v1/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...asked, stream_options: { include_usage: true } }),
  });
  const text = await response.text();
  const n = Number(/"completion_tokens":(\d+)/.exec(text)?.[1]);
  if (n !== nGenerate) throw new Error(`a stream ended after ${n} of ${nGenerate} tokens: ${text.slice(0, 300)}`);
}
