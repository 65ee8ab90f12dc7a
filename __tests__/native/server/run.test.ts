import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readRanking } from "../../../lib/rank/ranking";
import type { z } from "zod";
import { openFolders } from "../../../lib/server/folders";
import type { RunFeature, runFeatureDetail } from "../../../lib/server/schemas/run";
import { makeFeaturesFolder } from "../../support/features-folder";
import { rankedRun } from "../../support/ranked-run";
import { errorBody, type Running, send, startServer } from "../../support/server";
import { temporaryFolder } from "../../support/temporary-folder";

interface Listed {
  readonly total: number;
  readonly data: readonly RunFeature[];
}
type Detail = z.output<typeof runFeatureDetail>;

const directory = join(temporaryFolder(), "run");
const pages = join(temporaryFolder(), "pages");
const FEATURES = "/v1/run/features";
let running: Running;
beforeAll(async () => {
  await rankedRun(directory);
  const { saes } = await readRanking(directory);
  makeFeaturesFolder(
    pages,
    saes.slice(0, 2).map((sae) => ({ ...sae, name: `layer ${sae.layer}` })),
  );
  for (const [name, text] of [
    ["index.html", "<title>pages</title>"],
    ["labels.js", "1"],
    ["data/text/0.js", "corrsteerData();"],
  ] as const) {
    mkdirSync(join(pages, name, ".."), { recursive: true });
    writeFileSync(join(pages, name), text);
  }
  running = await startServer({ run: directory, features: pages });
});
afterAll(() => running[Symbol.asyncDispose]());

const list = async (query = "") => (await send<Listed>(running, `${FEATURES}${query}`)).body;
const detailOf = async (name: string) => (await send<Detail>(running, `${FEATURES}/${encodeURIComponent(name)}`)).body;

test("lists the ranked features by r, of the run's own SAEs", async () => {
  const ranked = (await readRanking(directory)).layers.flatMap(({ features }) => features);
  const highest = await list("?limit=100");
  const lowest = await list("?limit=100&sort=lowest-r");
  const some = await list("?layer=1&offset=1&limit=2");
  const rs = highest.data.map(({ r }) => r);

  expect((await send(running, "/v1/run")).body).toMatchObject({
    task: "parity",
    n: 24,
    warning: null,
    layers: [0, 1, 2, 3],
  });
  expect(highest.total).toBe(ranked.length);
  expect(rs).toEqual(ranked.map(({ r }) => r).sort((a, b) => b - a));
  expect(lowest.data.map(({ r }) => r)).toEqual([...rs].reverse());
  expect(highest.data.every(({ usable }) => usable)).toBe(true);
  expect(some.data).toEqual(highest.data.filter(({ layer }) => layer === 1).slice(1, 3));
});

test("finds features by the tokens that they promote and by their examples, and tells both", async () => {
  const [first] = (await list()).data;
  const { promoted, suppressed, examples } = await detailOf(first!.name);
  const byToken = await list(`?limit=100&promotes=${encodeURIComponent(promoted[0]!.token)}`);
  const byExample = await list(`?limit=100&example=${encodeURIComponent(examples[0]!.prompt.toUpperCase())}`);

  expect(promoted[0]!.logit).toBeGreaterThan(promoted.at(-1)!.logit);
  expect(promoted.at(-1)!.logit).toBeGreaterThan(suppressed[0]!.logit);
  expect(examples[0]!.activation).toBeGreaterThanOrEqual(examples.at(-1)!.activation);
  expect(byToken.data).toContainEqual(first);
  expect(byExample.data).toContainEqual(first);
  expect((await list("?promotes=no%20token%20says%20this")).total).toBe(0);
  for (const { name } of byExample.data) {
    const { examples: own } = await detailOf(name);
    expect(own.some(({ prompt }) => prompt === examples[0]!.prompt)).toBe(true);
  }
});

test("steers by a feature that it lists", async () => {
  const [first] = (await list()).data;
  const steering = { features: [{ feature: first!.name, coefficient: 40 }] };
  const { body } = await send(running, "/v1/completions", { prompt: "abc", max_tokens: 2, steering });

  expect(body).toMatchObject({ choices: [{ receipt: [{ layer: first!.native_layer, rows: 2 }] }] });
});

test("links features to the pages that show them, where no key is asked for", async () => {
  const { data } = await list("?limit=100");
  const { saes } = await readRanking(directory);
  for (const { sae, feature, layer, page } of data) {
    const isShown = saes.slice(0, 2).some(({ id }) => id === sae);
    expect(page).toBe(isShown ? `/features/index.html#/layer%20${layer}/${feature}` : null);
  }
  expect(new Set(data.map(({ page }) => page === null))).toEqual(new Set([true, false]));
  const { pageOf } = await openFolders({ features: pages, apiKey: "k" }, running.model);
  expect(pageOf(data.find(({ page }) => page !== null)!.name)).toBeUndefined();
});

test("serves the pages and their data, and nothing else of the folder or above", async () => {
  const get = (path: string) => fetch(`${running.url}/features/${path}`);
  const [page, data] = [await get("index.html"), await get("data/text/0.js")];
  expect([page.headers.get("content-type"), await page.text()]).toEqual([
    "text/html; charset=utf-8",
    "<title>pages</title>",
  ]);
  expect([data.headers.get("content-type"), await data.text()]).toEqual([
    "text/javascript; charset=utf-8",
    "corrsteerData();",
  ]);
  for (const path of ["features.json", "labels.js", "data/labels.js", "data/text/1.js", "..%2Fpages%2Findex.html", ""])
    expect([path, (await get(path)).status]).toEqual([path, 404]);
});

test.each([
  ["a feature that was not ranked", "/blocks.1.hook_resid_post%2F99999", 404, "name", "feature_not_found"],
  ["a path", "/..%2F..%2Frun.json%2F1", 404, "name", "feature_not_found"],
  ["a name that is none", "/..%2Frun.json", 400, "name", "invalid_value"],
  ["another order", "?sort=best", 400, "sort", "invalid_value"],
  ["more than a page", "?limit=101", 400, "limit", "decimal_above_max_value"],
])("refuses %s", async (_, path, status, param, code) => {
  expect(await send(running, FEATURES + path)).toMatchObject({ status, body: errorBody(param, code) });
});

test("says so without a run, and warns where the run is of another file of the model's shape", async () => {
  await using plain = await startServer();

  expect(await send(plain, "/v1/run")).toMatchObject({ status: 404, body: errorBody(null, "no_run") });
  expect((await send(plain, "/props")).body).toMatchObject({ run: null });
  await using other = await startServer({ run: directory }, "llama");
  expect((await send(other, "/v1/run")).body).toMatchObject({ warning: expect.stringContaining("another file") });
});
