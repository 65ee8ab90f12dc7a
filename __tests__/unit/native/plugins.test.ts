import { delimiter, join } from "node:path";
import { backendPlugins } from "../../../lib/native/plugins";

const VARIABLE = "CORRSTEER_BACKEND_PLUGINS";
const before = process.env[VARIABLE];
afterEach(() => {
  if (before === undefined) delete process.env[VARIABLE];
  else process.env[VARIABLE] = before;
});

test("an empty list means no plugin", () => {
  process.env[VARIABLE] = "";
  expect(backendPlugins(__dirname)).toEqual({ required: [], optional: [] });
});

test("takes the listed files in order", () => {
  process.env[VARIABLE] = [__filename, process.execPath].join(delimiter);
  expect(backendPlugins(__dirname)).toEqual({ required: [__filename, process.execPath], optional: [] });
});

test("refuses a listed file that does not exist, and names it", () => {
  const missing = join(__dirname, "libggml-none.so");
  process.env[VARIABLE] = missing;
  expect(() => backendPlugins(__dirname)).toThrow(
    expect.objectContaining({ code: "ERR_INVALID_ARGUMENT", message: expect.stringContaining(missing) }),
  );
});
