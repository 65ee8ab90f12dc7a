import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { featurePageFrom, featurePages, readFeaturesManifest } from "../../../lib/features/folder";
import { makeFeaturesFolder } from "../../support/features-folder";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();
const pages = join(folder, "pages of #1");
const SAE = { site: "resid_post", dModel: 4, dSae: 10, encoder: {} };

beforeAll(() => {
  makeFeaturesFolder(pages, [
    { ...SAE, id: "blocks.2.hook_resid_post", layer: 2, name: "2" },
    { ...SAE, id: "a/b.10", layer: 3, name: "a/b.10" },
  ]);
});

test("a feature has an address, from the root and from another folder", async () => {
  const manifest = await readFeaturesManifest(pages);
  const index = pathToFileURL(join(pages, "index.html")).href;

  expect((await featurePages(pages))("a/b.10/9")).toBe(`${index}#/a%2Fb.10/9`);
  const from = featurePageFrom(join(folder, "run"), pages, manifest, { sae: "blocks.2.hook_resid_post", feature: 0 });
  expect(from).toBe("../pages%20of%20%231/index.html#/2/0");
  expect(new URL(from!, pathToFileURL(join(folder, "run", "report.html"))).href).toBe(`${index}#/2/0`);
});

test("a feature of another SAE, or beyond the last, has none", async () => {
  const pageOf = await featurePages(pages);

  expect(pageOf("blocks.2.hook_resid_post/3")).toMatch(/index\.html#\/2\/3$/);
  expect(pageOf("a/b.10/3")).toMatch(/#\/a%2Fb\.10\/3$/);
  expect([pageOf("blocks.2.hook_resid_post/10"), pageOf("blocks.1.hook_resid_post/1"), pageOf("3")]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
