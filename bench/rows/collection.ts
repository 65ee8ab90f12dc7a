import { basename } from "node:path";
import { collect, Encoders } from "../collecting";
import { products } from "../products";
import { compare, type Result } from "../result";
import { type Arm, interleave, median, spent, type Spent } from "../rounds";
import { BY_DEFAULT, closeRoutes, compareRoutes, MOST_ROUTES, openRoutes } from "../routes";
import { freshPrompt, type Subject } from "../subject";

const PROMPT_TOKENS = 160;

/**
 * One-token collection on each route of the products, beside the products alone: the share of the machine's own rate that it
 * reaches. Products of random float32 matrices of the same shapes, by the fastest of the kernels that are at hand.
 */
export async function collectionRow(subject: Subject, nPrompts: number): Promise<Result[]> {
  const { model, bars, blas } = subject;
  const tokens = nPrompts * PROMPT_TOKENS;
  const routes = await openRoutes(subject, { contextTokens: 4096 });
  await using encoders = await Encoders.open(subject);
  const prompts = (arm: number, round: number) =>
    Array.from({ length: nPrompts }, (_, i) =>
      freshPrompt(model, PROMPT_TOKENS, (MOST_ROUTES * round + arm) * nPrompts + i),
    );
  const collecting = routes.map(({ name, engine }, arm): Arm<Spent> => ({
    name,
    run: (round) => spent(() => collect(subject, engine, prompts(arm, round), encoders)),
  }));
  const kernels = ["llama.cpp", ...(routes.some(({ name }) => name === "float32") ? ["here"] : [])];
  const alone = [...kernels, ...(blas === undefined ? [] : [blas])].map((kernel): Arm<Spent> => ({
    name: `float32 products alone, ${basename(kernel)}`,
    run: () => products(subject, kernel, tokens),
  }));
  const times = await interleave([...collecting, ...alone], subject.rounds);
  await closeRoutes(routes);
  const took = ({ name }: Arm<Spent>) => median(times.get(name)!.map(({ processor }) => processor));
  const best = alone.reduce((one, other) => (took(other) < took(one) ? other : one));
  const common = {
    row: `one-token collection, ${nPrompts} prompts of ${PROMPT_TOKENS}`,
    of: "processor",
    tokens,
  } as const;
  return [
    ...alone.map(({ name }) => compare(times, { ...common, arm: name, reference: best.name })),
    ...collecting.map(({ name }) =>
      compare(times, {
        ...common,
        arm: name,
        reference: best.name,
        bar: name === BY_DEFAULT ? bars.products : undefined,
      }),
    ),
    ...compareRoutes(routes, times, common),
  ];
}
