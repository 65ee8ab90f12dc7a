import { openOriginals } from "./open-originals";

const kind = { originals: ["a", "b"], put: () => {} };

it("opens each original of a kind", async () => {
  const opened: string[] = [];
  await openOriginals({ ...kind, put: (name) => opened.push(name), open: () => Promise.resolve() }, "folder");
  expect(opened).toEqual(["a", "b"]);
});

it("fails where a kind refuses what nothing was done to, so that it is not taken for one that refuses damage", async () => {
  const refuse = () => Promise.reject(new Error("refused"));
  await expect(openOriginals({ ...kind, open: refuse }, "folder")).rejects.toThrow("a is refused");
});
