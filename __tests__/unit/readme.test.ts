import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { homepage } from "../../package.json";

// A registry shows README.md where no file of the repository lies beside it.

const root = join(__dirname, "..", "..");
const readme = readFileSync(join(root, "README.md"), "utf8");
const links = [...readme.matchAll(/\]\(([^)]+)\)|^\[[^\]]+\]: (\S+)$/gm)].map(
  ([, inline, listed]) => inline ?? listed!,
);
const repository = homepage.replace("#readme", "");
const ownFile = new RegExp(
  `^(?:${repository}/blob|${repository.replace("github.com", "raw.githubusercontent.com")})/main/([^#]+)`,
);

it("has absolute links alone", () => {
  expect(links.length).toBeGreaterThan(10);
  expect(links.filter((link) => !link.startsWith("https://"))).toEqual([]);
});

it("links to files of the repository that are there", () => {
  const own = links.flatMap((link) => ownFile.exec(link)?.[1] ?? []);
  expect(own.length).toBeGreaterThan(10);
  expect(own.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});
