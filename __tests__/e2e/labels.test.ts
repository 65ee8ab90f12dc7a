import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DEMO_MODEL, DEMO_SAES, DEMO_TASK, MAIN, quietly, startProgram, succeed } from "../support/corrsteer";
import { serveDashboards, type DashboardServer } from "../support/dashboard-server";
import { temporaryFolder } from "../support/temporary-folder";

interface Link {
  layer: number;
  feature: number;
  dashboard: string;
  label?: string;
}

const folder = temporaryFolder();
const run = join(folder, "run");
const ON_SITE = { XDG_CACHE_HOME: join(folder, "cache") };
let server: DashboardServer;

beforeAll(async () => {
  server = await serveDashboards(
    Object.fromEntries(Array.from({ length: 512 }, (_, feature) => [`tiny/3-res/${feature}`, `number ${feature}`])),
  );
  const saes = join(folder, "saes");
  cpSync(DEMO_SAES, saes, { recursive: true });
  for (const name of readdirSync(saes)) {
    const path = join(saes, name, "cfg.json");
    const config = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
    const layer = /\d+/.exec(name)![0];
    if (layer !== "0") writeFileSync(path, JSON.stringify({ ...config, neuronpedia_id: `tiny/${layer}-res` }));
  }
  const sizes = ["--samples", "60", "--validation-samples", "0", "--test-samples", "10", "--threads", "1"];
  const choice = ["--variant", "A", "--significance", "none", "--controls", "none", "--permutations", "0"];
  await succeed("run", "--model", DEMO_MODEL, "--sae", saes, ...DEMO_TASK, ...sizes, ...choice, "--out", run);
}, 60_000);
afterAll(() => server.close());

const onSite = async (...args: string[]) => {
  const environment = { ...ON_SITE, NEURONPEDIA_URL: server.url };
  const { ended } = startProgram(process.execPath, [MAIN, ...quietly(args)], environment);
  const { code, stdout, stderr } = await ended;
  expect([code, stderr]).toEqual([0, ""]);
  return stdout;
};

test("features are linked where their SAE has a dashboard, and nothing is asked of it", async () => {
  const { links } = JSON.parse(await onSite("report", run, "--json")) as { links: Link[] };
  expect(links.map(({ layer, dashboard }) => [layer, dashboard])).toEqual(
    links.map(({ layer, feature }) => [layer, `${server.url}/tiny/${layer}-res/${feature}`]),
  );
  expect(links.map(({ layer }) => layer)).toEqual([1, 2, 3]);
  expect(server.asked).toEqual([]);
});

test("--labels asks what they are called, for console, JSON and page", async () => {
  const { links } = JSON.parse(await onSite("report", run, "--labels", "--json")) as { links: Link[] };
  const { feature } = links.find(({ layer }) => layer === 3)!;
  expect(links.map(({ label }) => label)).toEqual([undefined, undefined, `number ${feature}`]);
  expect(readFileSync(join(run, "report.html"), "utf8")).toContain(`<p class="label">number ${feature}</p>`);
  const stdout = await onSite("select", run, "--variant", "A", "--significance", "none", "--labels");
  expect(stdout).toMatch(new RegExp(`^3:${feature} +${server.url}/tiny/3-res/${feature} +number ${feature}$`, "m"));
});
