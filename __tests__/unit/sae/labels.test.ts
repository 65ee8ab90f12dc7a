import { labelLinks } from "../../../lib/sae/labels";
import { freshCache } from "../../support/cache";
import { serveDashboards, type DashboardServer } from "../../support/dashboard-server";

const ONCE = { attempts: 1, firstWaitMs: 1, longestWaitMs: 1 };
const SOON = { attempts: 3, firstWaitMs: 1, longestWaitMs: 2000 };
const before = process.env["NEURONPEDIA_URL"];
let server: DashboardServer;

freshCache();

beforeEach(async () => {
  server = await serveDashboards({ "tiny/3-res/17": " years and dates\n" });
  process.env["NEURONPEDIA_URL"] = `${server.url}/`;
});
afterEach(async () => {
  if (before === undefined) delete process.env["NEURONPEDIA_URL"];
  else process.env["NEURONPEDIA_URL"] = before;
  await server.close();
});

const link = (feature: number) => ({
  ...{ sae: "tiny/3-res", layer: 3, feature },
  dashboard: `${server.url}/tiny/3-res/${feature}`,
});

it("asks for nothing unless labels are wanted", async () => {
  const links = [link(17)];
  expect(await labelLinks(links)).toEqual({ links, noLabels: null });
  expect(server.asked).toEqual([]);
});

it("gives the first explanation that says something, and none where there is none", async () => {
  expect(await labelLinks([link(17), link(18)], { labels: true, patience: ONCE })).toEqual({
    links: [{ ...link(17), label: "years and dates" }, link(18)],
    noLabels: null,
  });
  expect(server.asked).toEqual(["/api/feature/tiny/3-res/17", "/api/feature/tiny/3-res/18"]);
});

it("asks for a label once", async () => {
  const first = await labelLinks([link(17)], { labels: true, patience: ONCE });
  expect(await labelLinks([link(17)], { labels: true, patience: ONCE })).toEqual(first);
  expect(server.asked).toHaveLength(1);
});

it("waits where the site says so", async () => {
  server.fault = (response) => {
    server.fault = undefined;
    response.writeHead(429, { "retry-after": "1" }).end();
    return true;
  };
  const { links } = await labelLinks([link(17)], { labels: true, patience: SOON });
  expect(links[0]!.label).toBe("years and dates");
});

it.each([
  ["has too much to do", (response) => response.writeHead(500).end()],
  ["refuses", (response) => response.writeHead(403).end()],
  ["answers with a page", (response) => response.writeHead(200).end("<html>")],
  ["answers with something else", (response) => response.writeHead(200).end('{"explanations": 3}')],
  ["answers without end", (response) => response.writeHead(200).end(Buffer.alloc(2 ** 24 + 1, " "))],
  ["cuts the connection", (response) => response.destroy()],
] as const satisfies [string, (response: Parameters<NonNullable<DashboardServer["fault"]>>[0]) => unknown][])(
  "a site that %s leaves features without labels, and says why",
  async (_, answer) => {
    server.fault = (response) => {
      answer(response);
      return true;
    };
    const links = [link(17)];
    const labelled = await labelLinks(links, { labels: true, patience: ONCE });
    expect(labelled).toEqual({ links, noLabels: expect.stringContaining(server.url) });
  },
);

it("ends with the signal's reason", async () => {
  const signal = AbortSignal.abort(new Error("enough"));
  await expect(labelLinks([link(17)], { labels: true, signal })).rejects.toThrow("enough");
});

it("refuses a site that is no address", async () => {
  const links = [link(17)];
  process.env["NEURONPEDIA_URL"] = "neuronpedia";
  expect(await labelLinks(links, { labels: true })).toMatchObject({ noLabels: expect.stringContaining("an address") });
});
