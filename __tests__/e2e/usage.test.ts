import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { corrsteer, corrsteerJson, model } from "../support/command-line";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const { version } = JSON.parse(readFileSync(join(__dirname, "..", "..", "package.json"), "utf8")) as {
  version: string;
};

/** Writes a configuration file. */
function config(text: string): string {
  const path = join(folder, "config.yaml");
  writeFileSync(path, text);
  return path;
}

test("says its version and its commands on stdout", () => {
  expect(corrsteer("--version")).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: "" });
  expect(corrsteer("--help").stdout).toMatch(/run .*collect .*rank .*select .*evaluate .*generate .*capture/s);
});

test.each([
  ["an unknown command", ["fly"], 2, "ERR_INVALID_ARGUMENT"],
  ["an unknown option", ["generate", "--fly"], 2, "ERR_INVALID_ARGUMENT"],
  ["a missing option", ["generate", "--prompt", "a"], 2, "ERR_INVALID_ARGUMENT"],
  ["no number", ["generate", "--model", model, "--prompt", "a", "--seed", "b"], 2, "ERR_INVALID_ARGUMENT"],
  ["a value out of range", ["generate", "--model", model, "--prompt", "a", "--top-p", "2"], 2, "ERR_OUT_OF_RANGE"],
  ["no model", ["generate", "--model", __filename, "--prompt", "a", "--json"], 1, "ERR_MODEL_LOAD"],
])("answers %s with one line on stderr, nothing on stdout, and an exit code", (_, args, status, code) => {
  const ended = corrsteer(...args);

  expect(ended).toMatchObject({ status, stdout: "" });
  expect(ended.stderr).toMatch(new RegExp(`^corrsteer: ${code} .+\n$`));
});

test("takes options from a configuration file, and the command line before it", () => {
  const file = config(`model: ${model}\nprompt: abc\nmaxTokens: 3\nthreads: 1\nstop: [xyz, zyx]\njson: true\n`);

  const fromFile = corrsteerJson("generate", "--config", file);
  const overridden = corrsteerJson("generate", "--max-tokens", "1", "--config", file);

  expect(fromFile).toMatchObject({ promptTokenIds: [266, 97, 98, 99], stopReason: "length" });
  expect((fromFile as { tokenIds: number[] }).tokenIds).toHaveLength(3);
  expect((overridden as { tokenIds: number[] }).tokenIds).toHaveLength(1);
});

test.each([
  ["an unknown key", "wings: 2", "wings"],
  ["a value that does not parse", "maxTokens: many", "maxTokens"],
  ["a flag that is none", "json: 1", "json"],
  ["a slip of the pen", "maxToken: 1", "the nearest is maxTokens"],
  ["no mapping", "- model", "expected options"],
])("says what is wrong with %s in a configuration file", (_, text, place) => {
  const { status, stderr } = corrsteer("generate", "--model", model, "--prompt", "a", "--config", config(text));

  expect(status).toBe(2);
  expect(stderr).toMatch(/^corrsteer: ERR_INVALID_ARGUMENT .+\n$/);
  expect(stderr).toContain(place);
});

test("checks a configuration file's values before it does anything", () => {
  const { status, stderr } = corrsteer("generate", "--config", config(`model: ${model}\nmaxTokens: 1.5\n`));

  expect(status).toBe(2);
  expect(stderr).toMatch(/^corrsteer: ERR_OUT_OF_RANGE .*maxTokens: expected an integer of at least 0, got 1.5\n$/);
});

test("prints a schema of a configuration file, for editors", () => {
  const { status, stdout } = corrsteer("schema", "generate");

  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ properties: { maxTokens: { type: "integer", default: 256 } } });
  expect(corrsteer("schema", "fly")).toMatchObject({ status: 2, stdout: "" });
});

test("writes a configuration file with its schema, and writes over none", () => {
  const file = join(folder, "generate.yaml");

  const written = corrsteer("init", "generate", "--out", file);
  const [, schema] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(readFileSync(file, "utf8"))!;

  expect(written).toMatchObject({ status: 0, stderr: "" });
  expect(written.stdout).toContain(`corrsteer generate --config ${file}`);
  expect(JSON.parse(readFileSync(join(folder, schema!), "utf8"))).toEqual(
    JSON.parse(corrsteer("schema", "generate").stdout),
  );
  expect(corrsteer("init", "generate", "--out", file)).toMatchObject({ status: 1, stdout: "" });
});
