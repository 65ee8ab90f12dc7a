import { readFileSync } from "node:fs";
import { join } from "node:path";
import { corrsteer, corrsteerJson, model } from "../support/command-line";
import { CONTROL_VECTOR } from "../support/control-vector";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const profile = join(folder, "imported.steer.json");
const out = join(folder, "out.gguf");

test("a control vector becomes a profile, and that the same control vector", () => {
  expect(
    corrsteerJson("control-vector", "import", CONTROL_VECTOR, profile, "--model", model, "--name", "sines"),
  ).toEqual({ path: profile, layers: [1, 2, 3] });

  const { status, stdout, stderr } = corrsteer("control-vector", "export", profile, out);

  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toMatch(/^.*out\.gguf: layers 1, 2, 3\nllama\.cpp adds it at every token of .*\n$/);
  expect(readFileSync(out)).toEqual(readFileSync(CONTROL_VECTOR));
});

test("a model is no control vector", () => {
  const { status, stderr } = corrsteer("control-vector", "import", model, profile, "--model", model);
  expect(status).toBe(1);
  expect(stderr).toMatch(/ERR_FILE_FORMAT .*no control vector/);
});
