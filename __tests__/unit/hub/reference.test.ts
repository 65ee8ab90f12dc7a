import fc from "fast-check";
import {
  absolute,
  isReference,
  isSafePath,
  parseReference,
  referenceText,
  sourceName,
} from "../../../lib/hub/reference";

const HUB = "https://huggingface.co";
const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const parse = (text: string) => parseReference(text, HUB);

describe("parseReference", () => {
  it.each([
    ["hf:user/repo", { type: "model", repository: "user/repo", revision: "main" }],
    ["hf:user/repo:Q4_K_M", { type: "model", repository: "user/repo", revision: "main", quantisation: "Q4_K_M" }],
    ["hf:user/repo:Q4_K_M@v1.0", { type: "model", repository: "user/repo", revision: "v1.0", quantisation: "Q4_K_M" }],
    ["hf:user/re.po/a/b.gguf", { type: "model", repository: "user/re.po", revision: "main", path: "a/b.gguf" }],
    [`hf:user/repo/b.gguf@${COMMIT}`, { type: "model", repository: "user/repo", revision: COMMIT, path: "b.gguf" }],
    [
      "hf:user/repo/layer_12/width_16k/",
      { type: "model", repository: "user/repo", revision: "main", path: "layer_12/width_16k" },
    ],
    ["hf:user/repo@refs/pr/1", { type: "model", repository: "user/repo", revision: "refs/pr/1" }],
    ["hf:datasets/cais/mmlu", { type: "dataset", repository: "cais/mmlu", revision: "main" }],
    [`${HUB}/user/repo`, { type: "model", repository: "user/repo", revision: "main" }],
    [
      `${HUB}/user/repo/resolve/main/b.gguf?download=true`,
      { type: "model", repository: "user/repo", revision: "main", path: "b.gguf" },
    ],
    [
      `${HUB}/user/repo/blob/main/a@b.gguf`,
      { type: "model", repository: "user/repo", revision: "main", path: "a@b.gguf" },
    ],
    [`${HUB}/user/repo/tree/v1/layer%200`, { type: "model", repository: "user/repo", revision: "v1", path: "layer 0" }],
    [
      `${HUB}/datasets/user/repo/blob/main/a.csv`,
      { type: "dataset", repository: "user/repo", revision: "main", path: "a.csv" },
    ],
  ])("reads %s", (text, expected) => {
    expect(parse(text)).toEqual(expected);
    const { quantisation: _, ...place } = parse(text)!;
    expect(parse(referenceText(place))).toEqual(place);
  });

  it("leaves addresses elsewhere to others", () => {
    expect(parse("https://example.com/user/repo/resolve/main/b.gguf")).toBeUndefined();
  });

  it.each([
    "hf:",
    "hf:repo",
    "hf:user/",
    "hf:../repo",
    "hf:user/..",
    "hf:user/a--b",
    "hf:user/repo/../other",
    "hf:user/repo/a//b",
    "hf:user/repo//etc/passwd",
    "hf:user/repo/C:/b.gguf",
    "hf:user/repo/a\\b",
    "hf:user/repo@",
    "hf:user/repo@../../x",
    "hf:user/repo@/x",
    "hf:user/repo:",
    "hf:user/repo:Q4(",
    "hf:user/repo/b.gguf:Q4",
    "hf:datasets/user/repo:Q4",
    `${HUB}/user/repo/resolve/main/..%2F..%2Fx`,
    `${HUB}/user/repo/resolve/main/%zz.gguf`,
    `${HUB}/user/repo/resolve/main/@a/b.gguf`,
    `${HUB}/datasets/squad/blob/main/a.csv`,
    "hf:datasets/squad",
    `${HUB}/user/%ff`,
    `${HUB}/user`,
    "https://",
  ])("refuses %s", (text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: "ERR_INVALID_ARGUMENT" }));
  });

  it("reads what it wrote, and nothing that leads out of a folder", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("a", "b", ".", "/", ":", "@", "-", "_", " ", "\\", "\0") }),
        (rest) => {
          try {
            const reference = parse(`hf:${rest}`)!;
            const { quantisation, ...written } = reference;
            expect(parse(referenceText(reference))).toEqual(written);
            expect(quantisation).not.toBe("");
            expect(`/${reference.path ?? ""}/`).not.toMatch(/\/\.{0,2}\/.|\/\.\.\/|[\\:\0]/);
          } catch (error) {
            expect(error).toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe("isReference", () => {
  it("knows references from paths", () => {
    expect(["hf:a/b", "https://a/b", "http://a/b", "a/hf:b", "./hf", "/a/b", "C:\\b"].map(isReference)).toEqual([
      ...[true, true, true],
      ...[false, false, false, false],
    ]);
    expect(absolute("hf:a/b")).toBe("hf:a/b");
    expect(absolute("/a/../b")).toBe("/b");
  });
});

describe("isSafePath", () => {
  it("refuses names that would lie elsewhere on some system", () => {
    expect(["a", "a/b.c", "..a", "a..b/c"].every(isSafePath)).toBe(true);
    const unsafe = ["", "/a", "a/", "a//b", "..", "a/../b", "./a", "C:a", "a\\b", "a\0", "a\nb", "a".repeat(2000)];
    expect(unsafe.filter(isSafePath)).toEqual([]);
  });
});

describe("sourceName", () => {
  it("is what a path or reference is called by", () => {
    expect(sourceName(`hf:user/repo/a/model-Q4.gguf@${COMMIT}`)).toBe("model-Q4.gguf");
    expect(sourceName("hf:user/repo:Q4_K_M")).toBe("repo");
    expect(sourceName("C:\\models\\a@b.gguf")).toBe("a@b.gguf");
  });
});
