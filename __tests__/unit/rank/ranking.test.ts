import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readRanking, type Ranking } from "../../../lib/rank/ranking";
import { rankedFeature, rankingOf } from "../../support/ranking";
import { saeId } from "../../support/sae-id";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();
const feature = rankedFeature(2, 5, 0.3);
const whole = rankingOf([feature]);
const [first, second] = [whole.layers[0]!, whole.layers[1]!];

function read(ranking: Ranking): Promise<Ranking> {
  const directory = join(folder, "run");
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "ranking.json"), JSON.stringify(ranking));
  return readRanking(directory);
}

it("reads what rank writes", async () => {
  expect(await read(whole)).toEqual(whole);
});

it.each<[what: string, layers: Ranking["layers"], message: string]>([
  ["without the layer of an SAE", [first], "layers: expected one for each of 2 SAEs, found a list"],
  [
    "with a layer of an SAE that it does not have",
    [first, { ...second, sae: "x" }],
    `layers.1.sae: expected ${saeId(2)}`,
  ],
  [
    "with a feature of another SAE",
    [{ ...first, features: [feature] }, second],
    "layers.0.features.0: expected a feature",
  ],
  ["with a feature beyond its SAE", [first, { ...second, features: [{ ...feature, feature: 6 }] }], "which has 6"],
])("refuses a ranking %s", async (_, layers, message) => {
  const refused = read({ ...whole, layers });
  await expect(refused).rejects.toMatchObject({ code: "ERR_FILE_FORMAT" });
  await expect(refused).rejects.toThrow(message);
});
