import { modelFiles } from "../../../lib/hub/model-files";
import type { HubReference } from "../../../lib/hub/reference";

const REPOSITORY: HubReference = { type: "model", repository: "user/repo", revision: "main" };
const NAMES = [
  "README.md",
  "mmproj-Q8_0.gguf",
  "model-IQ4_XS.gguf",
  "model-Q4_K_M.gguf",
  "model-q4_k_s.gguf",
  "model.Q8_0.gguf",
  "F16/model-F16-00001-of-00002.gguf",
  "F16/model-F16-00002-of-00002.gguf",
  "model-F32-00001-of-00003.gguf",
  "model-F32-00003-of-00003.gguf",
];

function found(asked: Partial<HubReference>, names = NAMES): string[] {
  const files = names.map((path) => ({ path, sizeBytes: 1, hash: "0" }));
  return modelFiles(files, { ...REPOSITORY, ...asked }).map(({ path }) => path);
}

function failure(asked: Partial<HubReference>, names = NAMES): unknown {
  try {
    return found(asked, names);
  } catch (error) {
    return error;
  }
}

describe("the files of a model on the hub", () => {
  it("are the one whose name has the quantisation as a word", () => {
    expect(found({ quantisation: "q4_k_m" })).toEqual(["model-Q4_K_M.gguf"]);
    expect(found({ quantisation: "Q4_K_S" })).toEqual(["model-q4_k_s.gguf"]);
    expect(found({ quantisation: "Q8_0" })).toEqual(["model.Q8_0.gguf"]);
    expect(found({ quantisation: "IQ4_XS" })).toEqual(["model-IQ4_XS.gguf"]);
  });

  it("are all parts, by the quantisation or the first part's name", () => {
    const parts = ["F16/model-F16-00001-of-00002.gguf", "F16/model-F16-00002-of-00002.gguf"];
    expect(found({ quantisation: "F16" })).toEqual(parts);
    expect(found({ path: parts[0]! })).toEqual(parts);
  });

  it("are one file by its name, or the only one there is", () => {
    expect(found({ path: "model.Q8_0.gguf" })).toEqual(["model.Q8_0.gguf"]);
    expect(found({}, ["a.gguf", "mmproj-a.gguf", "README.md"])).toEqual(["a.gguf"]);
  });

  it.each([{ quantisation: "Q4_K" }, { quantisation: "Q5_K_M" }, { path: "other.gguf" }, { path: "README.md" }])(
    "are not there for %j: what is there is listed",
    (asked) => {
      expect(failure(asked)).toMatchObject({
        code: "ERR_HUB_NOT_FOUND",
        message: expect.stringContaining("model-IQ4_XS.gguf, model-Q4_K_M.gguf") as string,
      });
    },
  );

  it("are asked for where several fit", () => {
    const several = ["a-Q4_0.gguf", "b-Q4_0.gguf", "c-Q8_0.gguf"];
    expect(failure({ quantisation: "Q4_0" }, several)).toMatchObject({
      code: "ERR_INVALID_ARGUMENT",
      message: expect.stringContaining("a-Q4_0.gguf, b-Q4_0.gguf") as string,
    });
    expect(failure({})).toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
    expect(failure({}, ["README.md"])).toMatchObject({ code: "ERR_HUB_NOT_FOUND" });
  });

  it("are refused where a part is missing", () => {
    expect(failure({ quantisation: "F32" })).toMatchObject({ code: "ERR_HUB_NOT_FOUND" });
  });
});
