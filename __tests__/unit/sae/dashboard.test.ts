import { parseSaelensConfig } from "../../../lib/sae/formats/saelens";
import { dashboardUrl } from "../../../lib/sae/dashboard";
import type { SaeIdentity } from "../../../lib/sae/identity";

const ID = "gemma-2-2b/20-gemmascope-res-16k";
const identity = (neuronpediaId?: string) =>
  ({ layer: 20, ...(neuronpediaId !== undefined && { neuronpediaId }) }) as SaeIdentity;

it("links to the page of a feature whose SAE says its id", () => {
  expect(dashboardUrl(identity(ID), 7)).toBe(`https://www.neuronpedia.org/${ID}/7`);
});

it("links nowhere without an SAE or an id", () => {
  expect([dashboardUrl(undefined, 7), dashboardUrl(identity(), 7)]).toEqual([null, null]);
});

it("leaves an id no way out of the site or of the link", () => {
  expect(dashboardUrl(identity('a b/"?x#y'), 7)).toBe("https://www.neuronpedia.org/a%20b/%22%3Fx%23y/7");
});

it.each([
  ["since 6.0", { metadata: { neuronpedia_id: ID } }],
  ["before", { neuronpedia_id: ID }],
])("finds the id where SAELens keeps it %s", (_, where) => {
  const config = { d_in: 4, d_sae: 8, hook_name: "blocks.20.hook_resid_post", ...where };
  expect(parseSaelensConfig(config).neuronpediaId).toBe(ID);
});

it.each([[null], [undefined]])("knows of none where the configuration says %p", (neuronpedia_id) => {
  const config = { d_in: 4, d_sae: 8, hook_name: "blocks.20.hook_resid_post", neuronpedia_id };
  expect(parseSaelensConfig(config).neuronpediaId).toBeUndefined();
});

it("makes no link of an id with half a character", () => {
  expect([dashboardUrl(identity("a/\ud800b"), 7), dashboardUrl(identity("a/\udc00"), 7)]).toEqual([null, null]);
  expect(dashboardUrl(identity("a/\u{1f600}"), 7)).toBe("https://www.neuronpedia.org/a/%F0%9F%98%80/7");
});
