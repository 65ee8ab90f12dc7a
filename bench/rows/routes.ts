import { generate } from "../generate";
import type { Result } from "../result";
import { interleave, spent } from "../rounds";
import { closeRoutes, compareRoutes, MOST_ROUTES, openRoutes } from "../routes";
import { stories } from "../stories";
import type { Subject } from "../subject";

/** Text of `nStreams` streams at once on each route of the products, against llama.cpp's own. */
export async function routesRow(subject: Subject, nStreams: number, nGenerate: number): Promise<Result[]> {
  const { model } = subject;
  const routes = await openRoutes(subject, { contextTokens: 8192, maxSequences: 2 * nStreams });
  const streams = (arm: number, round: number) =>
    stories(model, nStreams, nGenerate, 1000 * (MOST_ROUTES * round + arm));
  const times = await interleave(
    routes.map(({ name, engine }, arm) => ({
      name,
      run: (round) => spent(() => generate(engine, streams(arm, round))),
    })),
    subject.rounds,
  );
  await closeRoutes(routes);
  return compareRoutes(routes, times, { row: `routes, ${nStreams} streams`, tokens: nStreams * nGenerate });
}
